"""Pictures and thumbnails of the cohort: the only way that its pixels leave."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from rdface.errors import UsageError
from rdface.web.access.failures import NotHereError
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_viewing
from rdface.web.lookup import find_condition, find_image, holdings_of
from rdface.web.reading.pictures import ROW

router = APIRouter()


class Jpeg(Response):
    """A picture."""

    media_type = "image/jpeg"


@router.get("/thumbnails/{image_ids}", response_class=Jpeg, dependencies=[allow(Role.VIEWER)])
def thumbnails(request: Request, image_ids: str) -> Jpeg:
    """Small pictures with their marks, beside one another: ids with commas between them."""
    holdings = holdings_of(request)
    asked = [find_image(request, each) for each in image_ids.split(",")]
    if len(asked) > ROW:
        raise UsageError(f"At most {ROW} thumbnails travel as one picture.")
    jpeg = holdings.pictures.thumbnails(asked)
    record_viewing(request, asked, simulated=holdings.cohort.info.simulated)
    return Jpeg(jpeg)


@router.get("/portraits/{image_id}", response_class=Jpeg, dependencies=[allow(Role.VIEWER)])
def portrait(request: Request, image_id: str) -> Jpeg:
    """The face by itself, with its mark."""
    holdings = holdings_of(request)
    jpeg = holdings.pictures.portrait(find_image(request, image_id))
    record_viewing(request, [image_id], simulated=holdings.cohort.info.simulated)
    return Jpeg(jpeg)


@router.get("/average-faces/{condition}", response_class=Jpeg, dependencies=[allow(Role.VIEWER)])
def average_face(request: Request, condition: str) -> Jpeg:
    """The mean of a condition's faces; 404 where there are too few to show."""
    holdings = holdings_of(request)
    made_of = holdings.pictures.can_average(find_condition(request, condition))
    if made_of.why_not:
        raise NotHereError(made_of.why_not)
    jpeg = holdings.pictures.average(made_of)
    record_viewing(request, made_of.image_ids, simulated=holdings.cohort.info.simulated)
    return Jpeg(jpeg)
