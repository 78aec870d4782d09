"""Rank the conditions for a photograph."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request

from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.answering import answer_for
from rdface.web.lookup import holdings_of
from rdface.web.reading.asked import PhotographForm
from rdface.web.reading.photograph import PhotographAnswer
from rdface.web.reading.trust import CohortTrust, read_trust

router = APIRouter(prefix="/api/v1/photograph", tags=["photograph"])


@router.post("", dependencies=[allow(Role.VIEWER)])
def ask(
    request: Request, asked: Annotated[PhotographForm, Form(media_type="multipart/form-data")]
) -> PhotographAnswer:
    """What the cohort says of one photograph. Research use, not a diagnosis.

    The photograph is decoded in memory and forgotten with the answer. `conditions` are ranked by
    how well the face fits them. The list for 0.9 holds the right one for 9 of 10 new patients, if
    the cohort has their condition and they come as its patients came.
    """
    return answer_for(request, asked)[1]


@router.get("/trust", dependencies=[allow(Role.VIEWER)])
def trust(request: Request) -> CohortTrust:
    """How far such answers can be trusted, measured on the cohort's own patients."""
    holdings = holdings_of(request)
    return read_trust(holdings.trust(), holdings)
