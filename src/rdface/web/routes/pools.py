"""Synthetic pools and their review."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, quote, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from rdface.screening.review import Verdict, decide, take_back
from rdface.web.access.failures import NotHereError
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_decision, record_viewing
from rdface.web.lookup import holdings_of
from rdface.web.reading.pool_query import Query as PoolQuery
from rdface.web.reading.pools import find_pool, read_faces, read_pools
from rdface.web.rendering import page
from rdface.web.routes.pictures import Jpeg

router = APIRouter()
SHOWN = ("condition_probability", "anthropometric", "face_confidence", "nearest_training_distance")
"""Scores that stand below a face; the others fold out."""


@router.get("/pools", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def pools(request: Request) -> HTMLResponse:
    """All pools, and how far their review is."""
    return page(request, "pools.html.j2", pools=read_pools(holdings_of(request)))


@router.get("/pools/{name}", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def pool(request: Request, name: str, query: Annotated[PoolQuery, Query()]) -> HTMLResponse:
    """Faces of a pool beside their nearest training faces, to accept or reject."""
    found = read_faces(holdings_of(request), name, query)
    asked = query.model_copy(update={"page": found.page})
    return page(
        request,
        "pool.html.j2",
        found=found,
        pool=found.pool,
        query=asked,
        back=_written(asked),
        address=lambda **change: f"?{_written(asked.model_copy(update=change))}",
        shown=[one for one in found.pool.scores if one.name in SHOWN],
        may_decide=(request.state.visitor.role or 0) >= Role.CURATOR,
    )


@router.get(
    "/pools/{name}/pictures/{image_id}", response_class=Jpeg, dependencies=[allow(Role.VIEWER)]
)
def picture(request: Request, name: str, image_id: str) -> Jpeg:
    """One synthetic face; it may show parts of the people whom it was made of."""
    found = find_pool(holdings_of(request), name)
    if image_id not in found.rows:
        raise NotHereError(f"The pool has no image {image_id!r}.")
    jpeg = found.picture(image_id)
    record_viewing(request, [f"{name}/{image_id}"], simulated=found.cohort.info.simulated)
    return Jpeg(jpeg)


@router.post("/pools/{name}/decisions", dependencies=[allow(Role.CURATOR)])
def decisions(
    request: Request,
    name: str,
    image_id: Annotated[list[str], Form(max_length=1000)],
    verdict: Annotated[Verdict, Form()],
    back: Annotated[str, Form(max_length=1000)] = "",
) -> RedirectResponse:
    """Accept or reject faces, or take a decision about them back; then the page again."""
    found = find_pool(holdings_of(request), name)
    changed = decide(found.cohort, image_id, verdict, request.state.visitor.name)
    record_decision(request, [f"{name}/{one}: {verdict}" for one in changed])
    return _again(name, back)


@router.post("/pools/{name}/undo", dependencies=[allow(Role.CURATOR)])
def undo(
    request: Request, name: str, back: Annotated[str, Form(max_length=1000)] = ""
) -> RedirectResponse:
    """Take the visitor's own last decision back; then the page again."""
    found = find_pool(holdings_of(request), name)
    changed = take_back(found.cohort, request.state.visitor.name)
    record_decision(request, [f"{name}/{one}: taken back" for one in changed])
    return _again(name, back)


def _written(query: PoolQuery) -> str:
    """A query as the address has it; what is as always is left out."""
    return urlencode(query.model_dump(exclude_defaults=True))


def _again(name: str, back: str) -> RedirectResponse:
    """The pool's page; whatever ``back`` says, it stays the query of that page."""
    return RedirectResponse(f"/pools/{quote(name, safe='')}?{urlencode(parse_qsl(back))}", 303)
