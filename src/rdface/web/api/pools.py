"""Pools and decisions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from rdface.screening.review import Verdict, decide, take_back
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_decision
from rdface.web.lookup import holdings_of
from rdface.web.reading.pool_query import Query as PoolQuery
from rdface.web.reading.pools import (
    PAGE,
    FacesPage,
    PoolSummary,
    find_pool,
    read_faces,
    read_pools,
    read_summary,
)

router = APIRouter(prefix="/api/v1")


class Judgement(BaseModel):
    """What a curator decides.

    Attributes:
        image_ids: About which images of the pool.
        verdict: What they are from now on; ``open`` takes a decision back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    image_ids: list[str] = Field(min_length=1, max_length=1000)
    verdict: Verdict


class Outcome(BaseModel):
    """How a pool stands after a decision.

    Attributes:
        pool: The pool.
        changed: Images that have another verdict now.
    """

    model_config = ConfigDict(frozen=True)

    pool: PoolSummary
    changed: tuple[str, ...]


@router.get("/pools", response_model=list[PoolSummary], dependencies=[allow(Role.VIEWER)])
def pools(request: Request) -> tuple[PoolSummary, ...]:
    """All pools, and how far their review is."""
    return read_pools(holdings_of(request))


@router.get("/pools/{name}", response_model=FacesPage, dependencies=[allow(Role.VIEWER)])
def faces(
    request: Request, name: str, query: Annotated[PoolQuery, Query()], everything: bool = False
) -> FacesPage:
    """Faces of a pool with their scores and decisions; a page of them, or all."""
    return read_faces(holdings_of(request), name, query, size=None if everything else PAGE)


@router.post("/pools/{name}/decisions", response_model=Outcome, dependencies=[allow(Role.CURATOR)])
def decisions(request: Request, name: str, judgement: Judgement) -> Outcome:
    """Accept or reject faces, or take a decision about them back."""
    holdings = holdings_of(request)
    found = find_pool(holdings, name)
    changed = decide(
        found.cohort, judgement.image_ids, judgement.verdict, request.state.visitor.name
    )
    record_decision(request, [f"{name}/{one}: {judgement.verdict}" for one in changed])
    return Outcome(pool=read_summary(holdings, name), changed=changed)


@router.post("/pools/{name}/undo", response_model=Outcome, dependencies=[allow(Role.CURATOR)])
def undo(request: Request, name: str) -> Outcome:
    """Take the visitor's own last decision back that is not taken back yet."""
    holdings = holdings_of(request)
    changed = take_back(find_pool(holdings, name).cohort, request.state.visitor.name)
    record_decision(request, [f"{name}/{one}: taken back" for one in changed])
    return Outcome(pool=read_summary(holdings, name), changed=changed)
