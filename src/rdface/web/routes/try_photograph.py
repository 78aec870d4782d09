"""Try a photograph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from rdface.errors import ImageError, UsageError
from rdface.faces import Crop, align
from rdface.pages.figures.contact_sheet import data_uri, marked_jpeg
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.answering import answer_for
from rdface.web.holdings import Holdings
from rdface.web.lookup import holdings_of
from rdface.web.reading.asked import About, PhotographForm
from rdface.web.reading.trust import WORDS
from rdface.web.rendering import page

if TYPE_CHECKING:
    from rdface.explain.probe import Probe

router = APIRouter()

_SHOWN = Crop(240, 240, "points", 0.9)


class TriedForm(PhotographForm):
    """What the page sends.

    Attributes:
        as_file: The answer is wanted as a file and not as a page.
    """

    as_file: bool = False


@router.get("/try", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def form(request: Request) -> HTMLResponse:
    """Where a photograph is chosen."""
    from rdface.cohort.terms import check_allowed

    holdings = holdings_of(request)
    check_allowed(holdings.cohort, "methods")
    return page(request, "try_photograph.html.j2", **_about(holdings, About()))


@router.post("/try", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def ask(
    request: Request, asked: Annotated[TriedForm, Form(media_type="multipart/form-data")]
) -> Response:
    """The answer, as a page or as a file; the explorer keeps neither it nor the photograph."""
    holdings = holdings_of(request)
    try:
        found, answer = answer_for(request, asked)
    except (ImageError, UsageError) as error:
        about = _about(holdings, asked, as_file=asked.as_file)
        said = {"error": error.message[:1].upper() + error.message[1:], "hint": error.hint or ""}
        return page(request, "try_photograph.html.j2", status=422, **about | said)
    if asked.as_file:
        named = {"Content-Disposition": 'attachment; filename="rdface-answer.json"'}
        return Response(
            answer.model_dump_json(indent=2), media_type="application/json", headers=named
        )
    return page(
        request,
        "photograph.html.j2",
        answer=answer,
        words=WORDS,
        picture=_picture(found.probe),
        simulated=asked.simulated,
    )


def _picture(probe: Probe) -> str:
    """The face as a part of the page itself: there is no address that it could be fetched from."""
    mark = "simulated" if probe.simulated else "photograph"
    return data_uri(marked_jpeg(align(probe.image, probe.face, _SHOWN), mark))


def _about(holdings: Holdings, asked: About, *, as_file: bool = False) -> dict[str, Any]:
    """What the form says; of what was asked everything but the photograph."""
    return {
        "cohort": holdings.cohort,
        "ready": holdings.ready,
        "unfit": holdings.unfit,
        "asked": asked,
        "as_file": as_file,
        "megabytes": holdings.settings.upload_bytes // 1_000_000,
        "megapixels": holdings.settings.upload_pixels // 1_000_000,
        "error": "",
        "hint": "",
    }
