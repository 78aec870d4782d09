"""The leaderboard, and two runs side by side."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from rdface.pages.wording import (
    interval,
    p_value,
    points,
    signed_interval,
    signed_points,
)
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.drawing import Scale, axis_strip, interval_strip
from rdface.web.lookup import holdings_of
from rdface.web.reading.comparison import Contrast, read_comparison
from rdface.web.reading.leaderboard import Board, Entry, read_boards
from rdface.web.rendering import page
from rdface.web.wording import metric_name

router = APIRouter()


@dataclass(frozen=True)
class Column:
    """One column of a board: its head, its axis, and what chance gives."""

    name: str
    what: str
    over: str
    axis: Markup
    chance: str


@dataclass(frozen=True)
class Cell:
    """One number: sorted by ``value``; all empty where the run lacks the metric."""

    value: str
    text: str
    interval: str
    drawing: Markup


@dataclass(frozen=True)
class Table:
    """A board as a table."""

    board: Board
    columns: tuple[Column, ...]
    rows: tuple[tuple[Entry, tuple[Cell, ...]], ...]


@router.get("/leaderboard", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def leaderboard(request: Request, by: str = "") -> HTMLResponse:
    """All runs of the cohort, ranked among those that were tested alike."""
    holdings = holdings_of(request)
    tables = [_table(board) for board in read_boards(holdings, by)]
    return page(
        request,
        "leaderboard.html.j2",
        tables=tables,
        given=holdings.settings.runs is not None,
    )


@router.get("/leaderboard/compare", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def compare(request: Request, a: str, b: str) -> HTMLResponse:
    """Two runs in pairs, on the same images."""
    found = read_comparison(holdings_of(request), a, b)
    scale = Scale([end for one in found.contrasts for end in (one.low, one.high)])
    return page(
        request,
        "comparison.html.j2",
        found=found,
        mcnemar_p=p_value(found.mcnemar_p),
        axis=axis_strip(scale),
        rows=[_contrast(one, scale) for one in found.contrasts],
        told_apart=[" ".join(metric_name(o.metric)) for o in found.contrasts if o.told_apart],
    )


def _table(board: Board) -> Table:
    scales = {name: _scale(board, name) for name in board.columns}
    columns = [
        Column(
            name,
            *metric_name(name),
            axis_strip(scales[name]),
            points(board.chance[name]) if name in board.chance else "",
        )
        for name in board.columns
    ]
    rows = [
        (one, tuple(_cell(board, one, name, scales[name]) for name in board.columns))
        for one in board.entries
    ]
    return Table(board, tuple(columns), tuple(rows))


def _scale(board: Board, name: str) -> Scale:
    found = [one.metrics[name] for one in board.entries if name in one.metrics]
    return Scale([end for one in found for end in (one.low, one.high)])


def _cell(board: Board, one: Entry, name: str, scale: Scale) -> Cell:
    found = one.metrics.get(name)
    if found is None:
        return Cell("", "", "", Markup())
    drawing = interval_strip(scale, found.value, found.low, found.high, mark=board.chance.get(name))
    return Cell(f"{found.value:.6f}", points(found.value), interval(found.low, found.high), drawing)


def _contrast(one: Contrast, scale: Scale) -> dict[str, object]:
    what, over = metric_name(one.metric)
    return {
        "what": what,
        "over": over,
        "a": (points(one.a.value), interval(one.a.low, one.a.high)),
        "b": (points(one.b.value), interval(one.b.low, one.b.high)),
        "difference": signed_points(one.difference),
        "interval": signed_interval(one.low, one.high),
        "p": p_value(one.p_value),
        "told_apart": one.told_apart,
        "drawing": interval_strip(
            scale,
            one.difference,
            one.low,
            one.high,
            mark=0.0,
            colour="c1" if one.told_apart else "soft",
        ),
    }
