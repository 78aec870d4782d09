"""Cohort, images, cases and conditions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_reading
from rdface.web.lookup import find_condition, find_image, holdings_of
from rdface.web.reading.case import Case, read_case
from rdface.web.reading.conditions import Condition, ConditionRow, read_condition
from rdface.web.reading.gallery import Filters, GalleryPage, read_gallery
from rdface.web.reading.overview import Overview

router = APIRouter(prefix="/api/v1", tags=["cohort"])


@router.get("/cohort", dependencies=[allow(Role.VIEWER)])
def cohort(request: Request) -> Overview:
    """What the cohort is."""
    return holdings_of(request).overview


@router.get("/images", dependencies=[allow(Role.VIEWER)])
def images(request: Request, filters: Annotated[Filters, Query()]) -> GalleryPage:
    """Images that match, 200 a page."""
    holdings = holdings_of(request)
    found = read_gallery(holdings.catalogue, filters)
    record_reading(request, found.told_of, simulated=holdings.cohort.info.simulated)
    return found


@router.get("/images/{image_id}", dependencies=[allow(Role.VIEWER)])
def image(request: Request, image_id: str) -> Case:
    """One image and what can be said of it."""
    found = read_case(holdings_of(request), find_image(request, image_id))
    record_reading(request, found.told_of, simulated=found.simulated)
    return found


@router.get("/conditions", dependencies=[allow(Role.VIEWER)])
def conditions(request: Request) -> tuple[ConditionRow, ...]:
    """All conditions."""
    return holdings_of(request).conditions


@router.get("/conditions/{condition}", dependencies=[allow(Role.VIEWER)])
def condition(request: Request, condition: str, run: str = "") -> Condition:
    """One condition: terms, faces, and how runs find and confuse it."""
    found = read_condition(holdings_of(request), find_condition(request, condition), run)
    record_reading(request, found.told_of, simulated=found.simulated)
    return found
