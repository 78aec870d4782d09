"""The first page: what the cohort is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from rdface.pages.figures.world_map import world_map
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.lookup import holdings_of
from rdface.web.reading.overview import read_overview
from rdface.web.rendering import page

router = APIRouter()


@router.get("/", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def overview(request: Request) -> HTMLResponse:
    """How many, who, and on what terms."""
    said = read_overview(holdings_of(request))
    drawn = world_map(said.patients_by_country, label="Map of the world: patients by country")
    return page(request, "overview.html.j2", said=said, map=drawn)
