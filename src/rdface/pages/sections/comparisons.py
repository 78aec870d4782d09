"""The best run against every other, in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rdface.bench.measure import Comparison
from rdface.metrics.bootstrap import N_RESAMPLES
from rdface.pages.evidence import RANKED_BY
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY
from rdface.pages.sections.summary import SIGNIFICANT
from rdface.pages.wording import p_value, signed_interval, signed_points


@dataclass(frozen=True)
class ComparisonRow:
    """One comparison as text; p values are corrected by Holm."""

    backbone: str
    learner: str
    difference: str
    interval: str
    p: str
    only_best: int
    only_other: int
    mcnemar_p: str
    told_apart: bool


@dataclass(frozen=True)
class Comparisons:
    """Figure and table; no rows with a single run."""

    figure: Markup
    rows: tuple[ComparisonRow, ...]


def draw_comparisons(comparisons: Sequence[Comparison]) -> Comparisons | None:
    """Differences in top-1, the best run minus the other; None if there is nothing to compare."""
    judged = [one for one in comparisons if RANKED_BY in one.differences]
    if not judged:
        return None
    ends = [abs(e) for one in judged for d in [one.differences[RANKED_BY]] for e in (d.low, d.high)]
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5) if max(ends) <= 4 * s or s == 0.5)
    low = -step * max(0, int(np.ceil(-min(d.differences[RANKED_BY].low for d in judged) / step)))
    high = step * max(1, int(np.ceil(max(d.differences[RANKED_BY].high for d in judged) / step)))
    marks = np.arange(round(low / step), round(high / step) + 1) * step

    def place(value: float) -> float:
        return float((value - low) / (high - low))

    rows = [
        Row(
            one.b.result.backbone,
            [
                Point(
                    place(found.value),
                    place(found.low),
                    place(found.high),
                    BLUE if found.p_value <= SIGNIFICANT else GREY,
                    title=f"{signed_points(found.value)} points",
                )
            ],
            note=one.b.result.learner,
        )
        for one in judged
        for found in [one.differences[RANKED_BY]]
    ]
    figure = intervals(
        rows,
        label="Difference in top-1 between the best run and each other run with 95 % interval; the"
        " numbers are in the table below",
        ticks=[Tick(place(float(m)), _mark(float(m))) for m in marks],
        title="Best run minus this one, top-1, percentage points",
        zero=place(0.0),
    )
    return Comparisons(figure, tuple(_row(one, len(judged)) for one in judged))


def _mark(difference: float) -> str:
    rounded = round(100 * difference)
    return f"{rounded:+d}".replace("-", "\u2212") if rounded else "0"


def _row(one: Comparison, n_comparisons: int) -> ComparisonRow:
    found = one.differences[RANKED_BY]
    # The bootstrap cannot tell smaller p values apart; Holm multiplies the smallest by the number.
    least = n_comparisons * 2 / (1 + N_RESAMPLES)
    bounded = found.method == "bootstrap" and found.p_value <= min(least, 1.0) + 1e-12
    return ComparisonRow(
        one.b.result.backbone,
        one.b.result.learner,
        signed_points(found.value),
        signed_interval(found.low, found.high),
        f"\u2264 {p_value(found.p_value)}" if bounded else p_value(found.p_value),
        one.mcnemar.only_a,
        one.mcnemar.only_b,
        p_value(one.mcnemar.p_value),
        found.p_value <= SIGNIFICANT,
    )
