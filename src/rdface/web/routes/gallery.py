"""All images, filtered."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_reading
from rdface.web.lookup import holdings_of
from rdface.web.reading.gallery import LABELS, Filters, read_gallery
from rdface.web.rendering import page

router = APIRouter()


@router.get("/gallery", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def gallery(request: Request, filters: Annotated[Filters, Query()]) -> HTMLResponse:
    """Images that match the filters in the address, 200 a page."""
    holdings = holdings_of(request)
    catalogue = holdings.catalogue
    found = read_gallery(catalogue, filters)
    record_reading(request, found.told_of, simulated=holdings.cohort.info.simulated)
    return page(
        request,
        "gallery.html.j2",
        found=found,
        filters=filters,
        choices=catalogue.choices,
        labels=LABELS,
    )
