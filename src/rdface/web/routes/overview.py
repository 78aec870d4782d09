"""The first page: what the cohort is."""

from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from rdface.pages.figures.world_map import world_map
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.lookup import holdings_of
from rdface.web.rendering import page

router = APIRouter()


@router.get("/", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def overview(request: Request) -> HTMLResponse:
    """How many, who, and on what terms."""
    said = holdings_of(request).overview
    drawn = _drawn(tuple(said.patients_by_country.items()))
    return page(request, "overview.html.j2", said=said, map=drawn)


@lru_cache(maxsize=1)
def _drawn(patients_by_country: tuple[tuple[str, int], ...]) -> Markup:
    return world_map(dict(patients_by_country), label="Map of the world: patients by country")
