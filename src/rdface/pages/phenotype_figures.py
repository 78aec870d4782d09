"""Figures of a comparison of reports."""

from __future__ import annotations

from typing import Final

import numpy as np
from markupsafe import Markup

from rdface.metrics.matched_pairs import Floats, Meeting
from rdface.pages.figures.pair_spreads import Spread, pair_spreads
from rdface.pages.figures.palette import GREY, INKS, Ink
from rdface.pages.figures.topk_curves import legend
from rdface.pages.phenotype_words import PAIRS
from rdface.phenotype.similarity import make_measure
from rdface.phenotype.similarity.comparing import Compared
from rdface.phenotype.similarity.pairs import KINDS, Kind

_INK: Final[dict[Kind, Ink]] = {
    "real": INKS[0],
    "synthetic": INKS[1],
    "own patient": INKS[3],
}
_NULL: Final = Ink(GREY, "2 2")


def spread_figures(compared: Compared) -> list[tuple[str, Markup]]:
    """Measure and chart: pairs of one condition by kind, and their matched pairs of another."""
    found = []
    for measure, table in compared.tables.items():
        spreads = []
        kinds = [kind for kind in KINDS if compared.record.line(measure, "overall", kind)]
        of_null: Kind = "synthetic" if "synthetic" in kinds else "real"
        for kind in kinds:
            met = [each for each in compared.layout.meetings(table, kind).values()
                   if each.is_matched]  # fmt: skip
            if not met:
                continue
            spreads.append(_same(met, kind))
            if kind == of_null:
                spreads.append(_other(met))
        if not spreads:
            continue
        spreads.sort(key=lambda one: one.ink == _NULL)
        means = "; ".join(f"{one.name}: mean {one.mean:.3f}" for one in spreads)
        chart = pair_spreads(
            spreads,
            top=make_measure(measure).top,
            label=f"Similarity of pairs by {measure}. {means}",
            x_title=f"Similarity by {measure}",
        )
        found.append((measure, chart))
    return found


def spread_legend(compared: Compared) -> Markup:
    """One legend for all charts."""
    kinds = {line.kind for line in compared.record.lines if line.n_pairs}
    names = [(PAIRS[kind], _INK[kind]) for kind in KINDS if kind in kinds]
    return legend([*names, ("other condition, same sex and age band", _NULL)])


def _same(met: list[Meeting], kind: Kind) -> Spread:
    values = np.concatenate([each.same for each in met])
    weights = np.concatenate([np.full(len(each.same), 1 / len(each.same)) for each in met])
    return Spread(PAIRS[kind], values, weights, _mean(values, weights), _INK[kind])


def _other(met: list[Meeting]) -> Spread:
    parts, shares = [], []
    for each in met:
        known = np.isfinite(each.other)
        parts.append(each.other[known])
        shares.append(np.full(int(known.sum()), 1 / known.sum()))
    values, weights = np.concatenate(parts), np.concatenate(shares)
    return Spread("other condition", values, weights, _mean(values, weights), _NULL)


def _mean(values: Floats, weights: Floats) -> float:
    return float((values * weights).sum() / weights.sum())
