"""The conditions, and one of them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_reading
from rdface.web.lookup import find_condition, holdings_of
from rdface.web.reading.conditions import read_condition
from rdface.web.rendering import page

router = APIRouter()


@router.get("/conditions", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def conditions(request: Request) -> HTMLResponse:
    """All of them."""
    return page(request, "conditions.html.j2", conditions=holdings_of(request).conditions)


@router.get(
    "/conditions/{condition}", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)]
)
def condition(request: Request, condition: str, run: str = "") -> HTMLResponse:
    """Terms, faces, average face, and how runs find and confuse it."""
    found = read_condition(holdings_of(request), find_condition(request, condition), run)
    record_reading(request, found.told_of, simulated=found.simulated)
    return page(request, "condition.html.j2", condition=found)
