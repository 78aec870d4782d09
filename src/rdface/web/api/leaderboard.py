"""Runs and comparisons."""

from __future__ import annotations

from fastapi import APIRouter, Request

from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.lookup import holdings_of
from rdface.web.reading.comparison import PairedComparison, read_comparison
from rdface.web.reading.curves import Curve, read_curves
from rdface.web.reading.leaderboard import Board, read_boards

router = APIRouter(prefix="/api/v1")


@router.get("/leaderboard", response_model=list[Board], dependencies=[allow(Role.VIEWER)])
def leaderboard(request: Request, by: str = "") -> tuple[Board, ...]:
    """All runs, ranked among those that answered the same questions."""
    return read_boards(holdings_of(request), by)


@router.get(
    "/leaderboard/{key}/curves", response_model=list[Curve], dependencies=[allow(Role.VIEWER)]
)
def curves(request: Request, key: str) -> tuple[Curve, ...]:
    """Top-k accuracy over images of every run of a board, for every k."""
    return read_curves(holdings_of(request), key)


@router.get("/comparison", response_model=PairedComparison, dependencies=[allow(Role.VIEWER)])
def comparison(request: Request, a: str, b: str) -> PairedComparison:
    """Run A against run B: a paired bootstrap over patients, and McNemar's test."""
    return read_comparison(holdings_of(request), a, b)
