"""The page of the study of restoration: does it move what is measured on a face?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup

from rdface.bench.restoration.agreement import Range
from rdface.bench.restoration.damage import DAMAGES, NONE
from rdface.bench.restoration.examples import Example
from rdface.bench.restoration.plan import BICUBIC, LANCZOS
from rdface.bench.restoration.summary import Cell, Found, Recognised
from rdface.files import write_bytes, write_text
from rdface.pages.figures.contact_sheet import data_uri
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import GREY, INKS
from rdface.pages.figures.restoration_sheet import Line, restoration_sheet
from rdface.pages.restoration_words import (
    in_short,
    number,
    points_of,
    range_words,
    signed,
    signed_range,
)
from rdface.pages.templating import fill

PAGE_FILE: Final = "restoration.html"
SHEET_FILE: Final = "faces.jpg"
SHOWN: Final = ("face48", "face32")
"""Damages of the sheet of faces."""


@dataclass(frozen=True)
class TableLine:
    """A row of a table: name, then value and small print of each cell."""

    name: str
    note: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Measures:
    """The measures of one damage, a pair of columns per arm."""

    title: str
    arms: tuple[tuple[str, int], ...]
    lines: tuple[TableLine, ...]


def write_restoration_page(found: Found, examples: Sequence[Example], out: Path) -> Path:
    """Write the page, and the sheet of faces, into the folder of a study.

    Args:
        found: The study.
        examples: Of :func:`rdface.bench.restoration.examples.examples`.
        out: Its folder.

    Returns:
        The page.
    """
    sheets = sheets_of(examples)
    for damage, jpeg in sheets.items():
        write_bytes(out / f"{damage}-{SHEET_FILE}", jpeg)
    path = out / PAGE_FILE
    write_text(path, render_restoration(found, sheets))
    return path


def sheets_of(examples: Sequence[Example]) -> dict[str, bytes]:
    """Damage -> JPEG of its faces."""
    return {
        damage: restoration_sheet(
            [Line(one.faces, DAMAGES[damage].words) for one in examples if one.damage == damage],
            next(one.columns for one in examples if one.damage == damage),
        )
        for damage in dict.fromkeys(one.damage for one in examples)
    }


def render_restoration(found: Found, sheets: dict[str, bytes]) -> str:
    """The page as HTML text: equal findings give equal bytes."""
    studied = found.studied
    colours = colours_of(found.cells)
    damages = list(dict.fromkeys(cell.damage for cell in found.cells))
    detail = max(
        (cell for cell in found.cells if cell.arm not in (BICUBIC, LANCZOS)),
        key=lambda cell: (cell.damage == "face48", cell.n),
        default=None,
    )
    return fill(
        "restoration.html.j2",
        simulated=studied.simulated,
        cohort=studied.cohort,
        children=len(studied.people),
        no_face=len(studied.no_face),
        short=in_short(found),
        colours=colours,
        slopes=_slopes(found.cells, colours),
        kept=_kept(found.cells, colours),
        by_measure=Markup() if detail is None else _by_measure(found.cells, detail.damage, colours),
        detail="" if detail is None else DAMAGES[detail.damage].words,
        cells=[_cell_line(cell) for cell in found.cells],
        measures=[_measures(found.cells, damage) for damage in damages],
        recognised=[_recognised_line(line) for line in found.recognised],
        sheets=[(DAMAGES[name].words, data_uri(jpeg)) for name, jpeg in sheets.items()],
        damages=[(name, DAMAGES[name].words) for name in damages],
        seconds=[(name, f"{value:.2g}") for name, value in studied.seconds.items()],
        large=[cell for cell in found.cells if cell.damage == NONE],
    )


def colours_of(cells: Sequence[Cell]) -> dict[str, str]:
    """The colour of each arm; the controls are grey and light."""
    arms = list(dict.fromkeys(cell.arm for cell in cells))
    others = [arm for arm in arms if arm not in (BICUBIC, LANCZOS)]
    fixed = {BICUBIC: GREY, LANCZOS: "#a3a9b5"}
    inks = {arm: INKS[place % len(INKS)].colour for place, arm in enumerate(others)}
    return {arm: fixed.get(arm) or inks[arm] for arm in arms}


def _slopes(cells: Sequence[Cell], colours: dict[str, str]) -> Markup:
    """Mean slope of every cell."""
    return _chart(
        [(cell, cell.slope) for cell in cells],
        colours,
        label="Slope of restored on untouched z-scores, mean over measures",
        title="Slope of restored on untouched z (1: deviations are kept; below: drawn to the norm)",
    )


def _kept(cells: Sequence[Cell], colours: dict[str, str]) -> Markup:
    """What is left of the signs, every cell."""
    return _chart(
        [(cell, cell.kept) for cell in cells if math.isfinite(cell.kept.low)],
        colours,
        label="Share of the conditions' signs that is left",
        title="Share of the conditions' signs that is left (1: all)",
    )


def _chart(
    shown: Sequence[tuple[Cell, Range]],
    colours: dict[str, str],
    *,
    label: str,
    title: str,
) -> Markup:
    if not shown:
        return Markup()
    least, most, step = _axis([(r.low, r.high) for _, r in shown])

    def position(value: float) -> float:
        return (value - least) / (most - least)

    rows = []
    for damage in dict.fromkeys(cell.damage for cell, _ in shown):
        for place, (cell, range_) in enumerate(p for p in shown if p[0].damage == damage):
            rows.append(
                Row(
                    DAMAGES[damage].words if place == 0 else "\u2003",
                    [_point(range_, position, colours[cell.arm], cell.arm)],
                    note=f"{cell.arm}, n = {cell.n}",
                )
            )
    ticks = [
        Tick(position(least + k * step), f"{least + k * step:.1f}")
        for k in range(round((most - least) / step) + 1)
    ]
    return intervals(rows, label=label, ticks=ticks, title=title, zero=position(1.0))


def _by_measure(cells: Sequence[Cell], damage: str, colours: dict[str, str]) -> Markup:
    """Slope of each measure by the arms of one damage."""
    own = [cell for cell in cells if cell.damage == damage and cell.arm != LANCZOS]
    ends = [(line.slope.low, line.slope.high) for cell in own for line in cell.lines]
    least, most, step = _axis(ends)
    least, most = max(least, -0.2), min(most, 2.0)

    def position(value: float) -> float:
        return (value - least) / (most - least)

    rows = [
        Row(
            line.measure,
            [_point(cell.lines[k].slope, position, colours[cell.arm], cell.arm) for cell in own],
        )
        for k, line in enumerate(own[0].lines)
    ]
    count = round((most - least) / step)
    ticks = [Tick(position(least + k * step), f"{least + k * step:.1f}") for k in range(count + 1)]
    return intervals(
        rows,
        label=f"Slope of each measure, {DAMAGES[damage].words}",
        ticks=ticks,
        title="Slope of restored on untouched z",
        zero=position(1.0),
    )


def _axis(ends: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Ends and step of an axis that holds every interval and 1."""
    low, high = min([1.0, *(a for a, _ in ends)]), max([1.0, *(b for _, b in ends)])
    step = 0.1 if high - low <= 1 else 0.2
    return step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9), step


def _point(range_: Range, position: Callable[[float], float], colour: str, title: str) -> Point:
    return Point(
        position(range_.value),
        position(range_.low),
        position(range_.high),
        colour,
        title=f"{title}: {number(range_.value)} ({range_words(range_)})",
    )


def _cell_line(cell: Cell) -> TableLine:
    against, kept = cell.slope_against, cell.kept_against
    return TableLine(
        DAMAGES[cell.damage].words,
        cell.arm,
        (
            (str(cell.n), ""),
            (f"{cell.no_face} of {cell.asked}", ""),
            (number(cell.rms.value), range_words(cell.rms)),
            (number(cell.slope.value), range_words(cell.slope)),
            ("", "") if against is None else (signed(against.value), signed_range(against)),
            ("", "") if cell.away is None else (f"{cell.away[0]} / {cell.away[1]}", "of 36"),
            (number(cell.kept.value), range_words(cell.kept)),
            ("", "") if kept is None else (signed(kept.value), signed_range(kept)),
        ),
    )


def _measures(cells: Sequence[Cell], damage: str) -> Measures:
    own = [cell for cell in cells if cell.damage == damage]
    lines = []
    for k, line in enumerate(own[0].lines):
        parts: list[tuple[str, str]] = []
        for cell in own:
            at = cell.lines[k]
            parts.append((signed(at.bias.value), signed_range(at.bias)))
            parts.append((number(at.spread.value), range_words(at.spread)))
            parts.append((number(at.slope.value), range_words(at.slope)))
        lines.append(TableLine(line.measure, "", tuple(parts)))
    arms = tuple((cell.arm, cell.n) for cell in own)
    return Measures(DAMAGES[damage].words, arms, tuple(lines))


def _recognised_line(line: Recognised) -> TableLine:
    name = DAMAGES[line.damage].words if line.damage else "untouched"
    against = line.against
    return TableLine(
        name,
        "" if not line.damage else line.arm,
        (
            (line.backbone, ""),
            (str(line.n), ""),
            (points_of(line.top.value), f"{points_of(line.top.low)}–{points_of(line.top.high)}"),
            (number(line.mrr.value, 3), range_words(line.mrr, 3)),
            ("", "")
            if not line.damage
            else (signed(line.lost.value, 3), signed_range(line.lost, 3)),
            ("", "") if against is None else (signed(against.value, 3), signed_range(against, 3)),
        ),
    )
