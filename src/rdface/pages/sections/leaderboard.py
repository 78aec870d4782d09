"""The leaderboard: every run with its intervals, and chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rdface.bench import Run
from rdface.metrics.measures import TOP_K
from rdface.pages.evidence import Evidence, metric
from rdface.pages.figures.frame import percent_ticks
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import SHADES
from rdface.pages.wording import interval, points

COLUMNS = tuple(
    f"{name}_{kind}" for kind in ("micro", "macro") for name in (*(f"top{k}" for k in TOP_K), "mrr")
)


@dataclass(frozen=True)
class Cell:
    """One number of the table as text; both empty where the run lacks the metric."""

    value: str
    interval: str


@dataclass(frozen=True)
class TableRow:
    """One run of the table; ``cells`` are in the order of :data:`COLUMNS`."""

    place: int
    backbone: str
    learner: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Leaderboard:
    """Figure and table.

    Attributes:
        figure: Points and whiskers of micro top-k.
        rows: One a run.
        chance: In the order of :data:`COLUMNS`; empty text where unknown.
    """

    figure: Markup
    rows: tuple[TableRow, ...]
    chance: tuple[str, ...]


def draw_leaderboard(evidence: Evidence) -> Leaderboard:
    """All runs in their order; chance as the best run's test images give it."""
    chance = evidence.best.result.chance
    rows = [
        Row(
            run.result.backbone,
            topk_points(run),
            note=run.result.learner,
            strong=run is evidence.best,
        )
        for run in evidence.runs
    ]
    rows.append(Row("chance", chance_points(chance)))
    figure = intervals(
        rows,
        label=f"Top-k accuracy of {len(evidence.runs)} runs with 95 % intervals and chance; the"
        " numbers are in the table below",
        ticks=percent_ticks(),
        title="Test images with the true condition among the first k, %",
    )
    return Leaderboard(
        figure,
        tuple(table_row(place, run) for place, run in enumerate(evidence.runs, start=1)),
        tuple(plain(name, chance[name]) if name in chance else "" for name in COLUMNS),
    )


def topk_points(run: Run, suffix: str = "") -> list[Point]:
    """Micro top-k of a run as points, within a training-count band if ``suffix`` names one."""
    drawn = []
    for k in TOP_K:
        found = metric(run, f"top{k}_micro{suffix}")
        if found is not None:
            title = f"top-{k}: {points(found.value)} % ({interval(found.low, found.high)})"
            drawn.append(Point(found.value, found.low, found.high, SHADES[k], title=title))
    return drawn


def chance_points(chance: dict[str, float], suffix: str = "") -> list[Point]:
    """Chance as rings."""
    return [
        Point(
            chance[name],
            None,
            None,
            SHADES[k],
            hollow=True,
            title=f"top-{k} by chance: {points(chance[name])} %",
        )
        for k in TOP_K
        for name in [f"top{k}_micro{suffix}"]
        if name in chance
    ]


def table_row(
    place: int, run: Run, columns: Sequence[str] = COLUMNS, *, within: str = ""
) -> TableRow:
    """One run of a table; ``within`` stands before the names of its metrics."""
    cells = []
    for name in columns:
        found = metric(run, f"{within}{name}")
        if found is None:
            cells.append(Cell("", ""))
        elif name.startswith("mrr"):
            cells.append(Cell(f"{found.value:.3f}", f"{found.low:.3f}–{found.high:.3f}"))
        else:
            cells.append(Cell(points(found.value), interval(found.low, found.high)))
    return TableRow(place, run.result.backbone, run.result.learner, tuple(cells))


def plain(name: str, value: float) -> str:
    """Top-k in per cent, MRR as it is."""
    return f"{value:.3f}" if name.startswith("mrr") else points(value)
