"""The first page: what the cohort is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.holdings import Holdings
from rdface.web.rendering import page

router = APIRouter()


@router.get("/", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def overview(request: Request) -> HTMLResponse:
    """What is in the cohort."""
    holdings: Holdings = request.app.state.holdings
    return page(request, "overview.html.j2", cohort=holdings.cohort)
