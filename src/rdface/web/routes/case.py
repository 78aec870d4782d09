"""One image and what can be said of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_reading
from rdface.web.lookup import find_image, holdings_of
from rdface.web.reading.case import read_case
from rdface.web.rendering import page

router = APIRouter()


@router.get("/cases/{image_id}", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def case(request: Request, image_id: str) -> HTMLResponse:
    """Face, measures, nearest cases, what runs and reports say."""
    found = read_case(holdings_of(request), find_image(request, image_id))
    record_reading(request, found.told_of, simulated=found.simulated)
    return page(request, "case.html.j2", case=found)
