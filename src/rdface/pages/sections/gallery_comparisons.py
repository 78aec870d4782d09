"""Does a metric that was learnt beat a cosine? The comparisons of ``rdface compare``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rdface.bench import Run
from rdface.bench.gallery import GalleryComparison, compare_galleries
from rdface.metrics import Difference
from rdface.metrics.bootstrap import N_RESAMPLES
from rdface.pages.evidence import run_name
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY
from rdface.pages.gallery_evidence import UNTRAINED, GalleryEvidence, metric_of
from rdface.pages.sections.gallery_settings import RARE_IN_ALL, SETTINGS, title_of
from rdface.pages.sections.summary import SIGNIFICANT
from rdface.pages.wording import listed, p_value, signed_interval, signed_points

DRAWN = "mrr_macro"
SHOWN = {DRAWN: "MRR", "top10_macro": "Top-10"}
"""Measures on the page, out of those that the correction runs over."""


@dataclass(frozen=True)
class DifferenceCell:
    """One difference as text, percentage points; the p value is corrected by Holm."""

    value: str
    interval: str
    p: str
    told_apart: bool


@dataclass(frozen=True)
class PairRow:
    """One pair in one measure; cells are in the order of the page's settings."""

    backbone: str
    pair: str
    cells: tuple[DifferenceCell, ...]


@dataclass(frozen=True)
class PairPanel:
    """One pair in :data:`DRAWN`, a row a setting."""

    title: str
    figure: Markup


@dataclass(frozen=True)
class GalleryPairs:
    """The section's content.

    Attributes:
        panels: One a pair.
        tables: Measure in words to a row a pair.
        settings: Heads of the tables' columns.
        folders: Names of the run folders of each pair, for the command.
        n_measures: That Holm's correction runs over, in each setting of each pair.
    """

    panels: tuple[PairPanel, ...]
    tables: tuple[tuple[str, tuple[PairRow, ...]], ...]
    settings: tuple[str, ...]
    folders: tuple[tuple[str, str], ...]
    n_measures: int


def compare_with_cosines(evidence: GalleryEvidence) -> list[GalleryComparison]:
    """Each backbone's best learnt metric against its raw and its centred cosine.

    Where a backbone has no learnt metric, centred is compared with raw.
    """
    return [
        compare_galleries(challenger, other)
        for runs in evidence.by_backbone.values()
        for challenger, others in [_duel(runs)]
        for other in others
    ]


def _duel(runs: Sequence[Run]) -> tuple[Run, list[Run]]:
    by_metric: dict[str, Run] = {}
    for run in runs:
        by_metric.setdefault(metric_of(run), run)
    trained = next((run for run in runs if metric_of(run) not in UNTRAINED), None)
    challenger = trained or by_metric.get("centred", runs[0])
    plain = [by_metric[name] for name in UNTRAINED if name in by_metric]
    return challenger, [run for run in plain if run is not challenger]


def draw_gallery_comparisons(comparisons: Sequence[GalleryComparison]) -> GalleryPairs | None:
    """Differences in every setting; None if there is nothing to compare."""
    if not comparisons:
        return None
    return GalleryPairs(
        panels=_panels(comparisons),
        tables=tuple(
            (words, tuple(_row(one, measure) for one in comparisons))
            for measure, words in SHOWN.items()
        ),
        settings=tuple(title_of(setting) for setting in SETTINGS),
        folders=tuple((one.a.folder.name, one.b.folder.name) for one in comparisons),
        n_measures=len(comparisons[0].differences[RARE_IN_ALL]),
    )


def verdict(comparisons: Sequence[GalleryComparison]) -> str:
    """Whether learning served the rare conditions, of the first backbone's pairs, in a sentence."""
    said: dict[str, list[str]] = {}
    for one in comparisons:
        if one.a is not comparisons[0].a:
            continue
        found = one.differences[RARE_IN_ALL][DRAWN]
        numbers = f"{signed_points(found.value)}, {signed_interval(found.low, found.high)}"
        said.setdefault(_said(found), []).append(f"{run_name(one.b)} ({numbers})")
    if not said:
        return ""
    judged = " and ".join(f"{words} {listed(names)}" for words, names in said.items())
    return (
        f"Compared in pairs over the same patients, {run_name(comparisons[0].a)} {judged}."
        " Differences are of MRR, in points, with 95\u202f% intervals; the verdict is corrected for"
        f" the {len(comparisons[0].differences[RARE_IN_ALL])} measures of the setting, the"
        " intervals are not."
    )


def _said(found: Difference) -> str:
    if found.p_value > SIGNIFICANT:
        return "cannot be told apart from"
    return "is better than" if found.value > 0 else "is worse than"


def _panels(comparisons: Sequence[GalleryComparison]) -> tuple[PairPanel, ...]:
    ends = [
        end
        for one in comparisons
        for setting in SETTINGS
        for found in [one.differences[setting][DRAWN]]
        for end in (found.low, found.high)
    ]
    step = next(s for s in (0.02, 0.05, 0.1, 0.2, 0.5) if max(map(abs, ends)) <= 4 * s or s == 0.5)
    low = -step * max(1, int(np.ceil(-min(ends) / step)))
    high = step * max(1, int(np.ceil(max(ends) / step)))
    marks = [float(mark) for mark in np.arange(round(low / step), round(high / step) + 1) * step]

    def place(value: float) -> float:
        return (value - low) / (high - low)

    def point(found: Difference) -> Point:
        return Point(
            place(found.value),
            place(found.low),
            place(found.high),
            BLUE if found.p_value <= SIGNIFICANT else GREY,
            title=f"{signed_points(found.value)} points ({signed_interval(found.low, found.high)})",
        )

    return tuple(
        PairPanel(
            f"{one.a.result.backbone}: {_pair(one)}",
            intervals(
                [
                    Row(title_of(setting), [point(one.differences[setting][DRAWN])])
                    for setting in SETTINGS
                ],
                label=f"{run_name(one.a)} minus {run_name(one.b)}, macro MRR in every setting; the"
                " numbers are in the table below",
                ticks=[Tick(place(mark), _mark(mark)) for mark in marks],
                title="Difference in macro MRR, points",
                zero=place(0.0),
            ),
        )
        for one in comparisons
    )


def _mark(difference: float) -> str:
    rounded = round(100 * difference)
    return f"{rounded:+d}".replace("-", "\u2212") if rounded else "0"


def _pair(one: GalleryComparison) -> str:
    return f"{one.a.result.learner} \u2212 {one.b.result.learner}"


def _row(one: GalleryComparison, measure: str) -> PairRow:
    return PairRow(
        one.a.result.backbone,
        _pair(one),
        tuple(_cell(one.differences[setting], measure) for setting in SETTINGS),
    )


def _cell(differences: dict[str, Difference], measure: str) -> DifferenceCell:
    found = differences[measure]
    # The bootstrap cannot tell smaller p values apart; Holm multiplies the smallest by the number.
    least = len(differences) * 2 / (1 + N_RESAMPLES)
    bounded = found.method == "bootstrap" and found.p_value <= min(least, 1.0) + 1e-12
    return DifferenceCell(
        signed_points(found.value),
        signed_interval(found.low, found.high),
        f"\u2264 {p_value(found.p_value)}" if bounded else _equals(p_value(found.p_value)),
        found.p_value <= SIGNIFICANT,
    )


def _equals(p: str) -> str:
    return p if p.startswith("<") else f"= {p}"
