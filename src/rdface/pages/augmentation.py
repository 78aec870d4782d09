"""The page of the study of augmentation: do synthetic faces help?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from markupsafe import Markup

from rdface.bench.augmentation.part import ADDED, ALONE, CONTROLS, PERMUTED, REAL, TERMS
from rdface.bench.augmentation.results import Found
from rdface.bench.augmentation.summary import Line
from rdface.files import write_text
from rdface.pages.figures.count_curves import CountCurve, count_curves
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY, INKS, inks
from rdface.pages.templating import fill
from rdface.pages.wording import count, interval, p_value, points, signed_interval, signed_points

PAGE_FILE: Final = "augmentation.html"
METRIC: Final = "top10_micro"
SHOWN: Final = ("top1_micro", "top5_micro", "top10_micro", "top30_micro")
_COLOURS: Final = {
    REAL: GREY,
    CONTROLS: GREY,
    TERMS: INKS[3].colour,
    ADDED: BLUE,
    ALONE: INKS[2].colour,
    PERMUTED: INKS[1].colour,
}


@dataclass(frozen=True)
class TableLine:
    """One arm in words."""

    name: str
    cells: tuple[tuple[str, str], ...]
    strong: bool


@dataclass(frozen=True)
class Section:
    """One regime and model."""

    title: str
    model: str
    differences: Markup
    curves: Markup
    lines: list[TableLine]


@dataclass(frozen=True)
class MemoryLine:
    """Utility beside memorisation."""

    name: str
    cells: tuple[tuple[str, str], ...]


def write_augmentation_page(found: Found, out: Path) -> Path:
    """Write the page into the folder of a study.

    Args:
        found: The study.
        out: Its folder.

    Returns:
        The file that was written.
    """
    path = out / PAGE_FILE
    write_text(path, render_augmentation(found))
    return path


def render_augmentation(found: Found) -> str:
    """The page as HTML text: equal findings give equal bytes."""
    pairs = list(dict.fromkeys((line.regime, line.model) for line in found.lines))
    pairs = [pair for pair in pairs if not pair[1].endswith(" terms")]
    most = max(found.lines, key=lambda line: line.n_images)
    tested = [line for line in found.lines if line.differences]
    helped = [line for line in tested if line.arm == ADDED]
    best = max(helped, key=lambda line: line.differences[METRIC].value, default=None)
    return fill(
        "augmentation.html.j2",
        plan=found.about["plan"],
        simulated=found.about["simulated"],
        n_images=most.n_images,
        n_patients=most.n_patients,
        n_comparisons=sum(len(line.differences) for line in tested),
        best=None if best is None else _sentence(best),
        harmed=_permuted(tested),
        sections=[_section(found, *pair) for pair in pairs],
        memory=_memory(found),
        shown=[name.removesuffix("_micro") for name in SHOWN],
        cut=[line for line in _cut(found)],
    )


def regime_title(regime: str) -> str:
    """A regime in words."""
    if regime == "all":
        return "All real training images"
    return f"{regime} real image{'' if regime == '1' else 's'} of each condition"


def _section(found: Found, regime: str, model: str) -> Section:
    backbone = model.split(" ")[0]
    lines = [
        line
        for line in found.lines
        if line.regime == regime and line.model in (model, f"{backbone} terms")
    ]
    curves = [line for line in found.curves if line.regime == regime and line.model == model]
    base = next(line for line in lines if line.arm == REAL)
    return Section(
        regime_title(regime),
        model,
        _differences(lines),
        _curves(curves, base) if len({line.n for line in curves}) > 1 else Markup(),
        [_table_line(line) for line in lines],
    )


def _name(line: Line) -> str:
    parts = [line.arm, line.generator, "screened" if line.screened else ""]
    return ", ".join(part for part in parts if part)


def _differences(lines: Sequence[Line]) -> Markup:
    shown = [line for line in lines if METRIC in line.differences]
    if not shown:
        return Markup()
    ends = [100 * end for line in shown for end in _ends(line)]
    least, most = 5 * math.floor(min(*ends, -5) / 5), 5 * math.ceil(max(*ends, 5) / 5)
    step = 5 if most - least <= 50 else 10

    def position(value: float) -> float:
        return (100 * value - least) / (most - least)

    return intervals(
        [
            Row(
                _name(line),
                [
                    Point(
                        position(line.differences[METRIC].value),
                        position(line.differences[METRIC].low),
                        position(line.differences[METRIC].high),
                        _COLOURS[line.arm],
                        hollow=line.corrected[METRIC] > 0.05,
                        title=f"{signed_points(line.differences[METRIC].value)} points",
                    )
                ],
            )
            for line in shown
        ],
        label="Top-10 of each arm against real only, in points",
        ticks=[
            Tick(position(value / 100), signed_points(value / 100).removesuffix(".0"))
            for value in range(least, most + 1, step)
        ],
        title="Top-10 minus that of real only, points (filled: significant after Holm)",
        zero=position(0.0),
    )


def _ends(line: Line) -> tuple[float, float]:
    return line.differences[METRIC].low, line.differences[METRIC].high


def _curves(lines: Sequence[Line], base: Line) -> Markup:
    names = dict.fromkeys(_name(line) for line in lines if line.arm == ADDED)
    ink = inks(names)
    curves = []
    for name in names:
        own = sorted((line for line in lines if _name(line) == name), key=lambda line: line.n or 0)
        value, low, high = np.array([line.values[METRIC] for line in own]).T
        counts = np.array([line.n for line in own], dtype=np.int64)
        curves.append(CountCurve(name, counts, value, low, high, ink[name]))
    return count_curves(
        curves,
        base.values[METRIC],
        label="Top-10 over the number of synthetic images",
        y_title="True condition among the first 10, %",
    )


def _table_line(line: Line) -> TableLine:
    cells = [(" ".join(map(str, line.chosen)) or "", line.shortfall)]
    for name in SHOWN:
        value, low, high = line.values[name]
        cells.append((points(value), interval(low, high)))
    for name in ("top5_micro", "top10_micro"):
        if name in line.differences:
            gap = line.differences[name]
            cells.append((signed_points(gap.value), signed_interval(gap.low, gap.high)))
            cells.append((p_value(line.corrected[name]), ""))
        else:
            cells += [("", ""), ("", "")]
    cells.append((str(line.updates or ""), ""))
    return TableLine(_name(line), tuple(cells), line.arm == REAL)


def _sentence(line: Line) -> dict[str, str]:
    gap = line.differences[METRIC]
    return {
        "name": f"{line.model}, {_name(line)}",
        "regime": regime_title(line.regime).lower(),
        "value": signed_points(gap.value),
        "interval": signed_interval(gap.low, gap.high),
        "p": p_value(line.corrected[METRIC]),
        "gains": "yes" if gap.value > 0 else "",
        "n": str(gap.n),
        "patients": str(gap.n_patients),
        "reaches": points(line.values[METRIC][0]),
    }


def _permuted(lines: Sequence[Line]) -> dict[str, str] | None:
    """The label-permuted arm that does best: it must not help."""
    own = [line for line in lines if line.arm == PERMUTED]
    best = max(own, key=lambda line: line.differences[METRIC].value, default=None)
    return None if best is None else _sentence(best)


def _memory(found: Found) -> list[MemoryLine]:
    """A row per generator and regime: what it is good for, and what it remembers."""
    if not len(found.memory):
        return []
    rows = []
    table: pd.DataFrame = found.memory
    for (regime, generator), own in table.groupby(["regime", "generator"], sort=False):
        added = [
            line
            for line in found.lines
            if (line.regime, line.generator, line.arm, line.screened)
            == (regime, generator, ADDED, False)
        ]
        best = max(added, key=lambda line: line.differences[METRIC].value)
        gap = best.differences[METRIC]
        low, high = own["auc_low"].mean(), own["auc_high"].mean()
        rows.append(
            MemoryLine(
                f"{generator}, {regime_title(str(regime)).lower()}",
                (
                    (signed_points(gap.value), signed_interval(gap.low, gap.high)),
                    (best.model, ""),
                    (f"{own['auc'].mean():.2f}", f"{low:.2f}–{high:.2f}"),
                    (points(float(own["nearer"].mean())), ""),
                    (f"{int(own['images'].sum()):,}", count(len(own), "fold")),
                ),
            )
        )
    return rows


def _cut(found: Found) -> list[str]:
    """Generators that were not run in every fold or regime, in words."""
    plan = found.about["plan"]
    said = []
    for one in plan["generators"]:
        name = one["label"] or one["name"]
        if one["folds"] and one["folds"] < plan["folds"]:
            said.append(f"{name}: the first {one['folds']} of {plan['folds']} folds only")
        if one["regimes"] and len(one["regimes"]) < len(plan["regimes"]):
            said.append(f"{name}: regimes {', '.join(map(str, one['regimes']))} only")
    return said
