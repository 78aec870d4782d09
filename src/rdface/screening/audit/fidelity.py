"""Phenotype fidelity: does a generated face of a condition measure like that condition?

Two questions. Are the mean measures of a condition's generated faces those of its real faces,
rather than those of another condition? And do the measures speak for the condition's known HPO
terms, rather than for another condition's? Permuting the conditions gives the null of both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.cohort import parse_facial_hpo
from rdface.explain.deviations import Deviation, Measured, trust_table, wordings
from rdface.explain.terms import SHOWS, links, weigh_term
from rdface.metrics.jackknife import Spread
from rdface.metrics.profiles import (
    Agreement,
    correlations,
    mean_profiles,
    own_against_others,
    root_mean_square_gaps,
)
from rdface.screening.audit.measures import MeasuredSides
from rdface.screening.audit.schema import Fidelity, Number
from rdface.screening.audit.sides import Labels, Side, Sides, matched_rows

Floats = NDArray[np.float64]

DRAWS: Final = 20
"""Draws of as many generated faces of each condition as there are held-out ones."""
FEWEST_CONDITIONS: Final = 3


def judge_fidelity(sides: Sides, measured: MeasuredSides, *, seed: int) -> list[Fidelity]:
    """Profiles, and HPO terms where there are z-scores.

    Args:
        sides: Who is who.
        measured: By :func:`measure_sides`.
        seed: Of draws, bootstrap and permutations.
    """
    return [
        *_profiles(sides, measured, seed),
        *(_terms(sides, measured, seed) if measured.z_scores else ()),
    ]


def _profiles(sides: Sides, measured: MeasuredSides, seed: int) -> Iterator[Fidelity]:
    seen = {
        "synthetic": (sides.synthetic, measured.synthetic),
        "training": (sides.training, measured.training),
        "held-out": (sides.held_out, measured.held_out),
    }
    # Standardised by real training faces alone; a measure without spread there says nothing.
    known = measured.training[np.isfinite(measured.training).all(axis=1)]
    if len(known) < 2:
        return
    mean, sd = known.mean(axis=0), known.std(axis=0, ddof=1)
    usable = sd > 0
    scaled = {
        name: (side, (values[:, usable] - mean[usable]) / sd[usable])
        for name, (side, values) in seen.items()
    }
    both = _shared(scaled, ("synthetic", "training"))
    yield from _compare(scaled, "synthetic", "training", both, seed)
    everywhere = _shared(scaled, ("synthetic", "training", "held-out"))
    yield from _compare(scaled, "synthetic", "held-out", everywhere, seed)
    yield from _compare(scaled, "held-out", "training", everywhere, seed)
    yield from _compare_equal(scaled, everywhere, seed)


Scaled = Mapping[str, tuple[Side, Floats]]


def _shared(scaled: Scaled, names: tuple[str, ...]) -> Labels:
    """Conditions of which all these have a measured face."""
    found = [
        {c for c, row in zip(side.conditions, values, strict=True) if np.isfinite(row).all()}
        for side, values in (scaled[name] for name in names)
    ]
    return np.array(sorted(set.intersection(*found)), object)


def _compare(scaled: Scaled, ours: str, theirs: str, order: Labels, seed: int) -> list[Fidelity]:
    if len(order) < FEWEST_CONDITIONS:
        return []
    (side, values), (other, known) = scaled[ours], scaled[theirs]
    left = mean_profiles(values, side.conditions, order)
    right = mean_profiles(known, other.conditions, order)
    n = int((np.isin(side.conditions, order) & np.isfinite(values).all(axis=1)).sum())
    return _both_ways(ours, theirs, [(left, right)], n, seed)


def _compare_equal(scaled: Scaled, order: Labels, seed: int) -> list[Fidelity]:
    """Generated faces against training ones, as many of each condition as are held out."""
    if len(order) < FEWEST_CONDITIONS:
        return []
    rng = np.random.default_rng(seed)
    (side, values), (other, known) = scaled["synthetic"], scaled["training"]
    held_out, of_held_out = scaled["held-out"]
    whole = np.flatnonzero(np.isfinite(values).all(axis=1))
    wanted = held_out.conditions[np.isfinite(of_held_out).all(axis=1)]
    right = mean_profiles(known, other.conditions, order)
    pairs = []
    for _ in range(DRAWS):
        _, rows = matched_rows(wanted, side.conditions[whole], rng)
        chosen = whole[rows]
        pairs.append((mean_profiles(values[chosen], side.conditions[chosen], order), right))
    return _both_ways("synthetic, as many as held-out", "training", pairs, len(rows), seed)


def _both_ways(
    ours: str, theirs: str, pairs: list[tuple[Floats, Floats]], n: int, seed: int
) -> list[Fidelity]:
    """Correlation and gap; tables of several draws are averaged."""
    alike = np.mean([correlations(*pair) for pair in pairs], axis=0)
    gaps = np.mean([root_mean_square_gaps(*pair) for pair in pairs], axis=0)
    near = own_against_others(-gaps, seed=seed)  # more is better, as of the correlation
    return [
        _record(ours, theirs, "correlation", own_against_others(alike, seed=seed), n),
        _record(ours, theirs, "gap", _negated(near), n),
    ]


def _terms(sides: Sides, measured: MeasuredSides, seed: int) -> Iterator[Fidelity]:
    """Measured z in a term's direction, of the condition's own and of other conditions' terms."""
    usable = usable_terms(measured.names)
    listed = {
        str(name): [
            term.id
            for term in parse_facial_hpo(str(text))
            if term.probability > 0 and term.id in usable
        ]
        for name, text in sides.training.cohort.conditions[["condition", "facial_hpo"]].itertuples(
            index=False, name=None
        )
    }
    for faces, side, values in (
        ("synthetic", sides.synthetic, measured.synthetic),
        ("training", sides.training, measured.training),
        ("held-out", sides.held_out, measured.held_out),
    ):
        whole: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=1))
        order = np.array(sorted({c for c in side.conditions[whole] if listed.get(str(c))}), object)
        if len(order) < FEWEST_CONDITIONS:
            continue
        n = int((whole & np.isin(side.conditions, order)).sum())
        names = sorted({term for c in order for term in listed[str(c)]})
        z = np.column_stack(
            [usable[term][1] * values[:, measured.names.index(usable[term][0])] for term in names]
        )
        # Share of each term in each condition's list.
        lists = np.array([[term in listed[str(c)] for term in names] for c in order], float)
        lists /= lists.sum(axis=1, keepdims=True)
        for measure, of_face in (
            ("terms agree", (z >= SHOWS).astype(float)),
            ("terms disagree", (z <= -SHOWS).astype(float)),
            ("term z", z),
        ):
            of_face = np.where(whole[:, None], of_face, np.nan)
            table = mean_profiles(of_face, side.conditions, order) @ lists.T
            if measure == "terms disagree":
                found = _negated(own_against_others(-table, seed=seed))
            else:
                found = own_against_others(table, seed=seed)
            yield _record(faces, "terms of the condition", measure, found, n)


def _negated(found: Agreement) -> Agreement:
    """Of a quantity of which less is better, judged by its negative."""
    return found._replace(
        own=-found.own,
        own_low=-found.own_high,
        own_high=-found.own_low,
        other=-found.other,
        difference=-found.difference,
        low=-found.high,
        high=-found.low,
    )


def usable_terms(names: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    """HPO id -> the measure that speaks for the term and its direction, as ``explain`` takes it.

    Args:
        names: Measures that there are.
    """
    usual = Measured(tuple(_usual(name) for name in names), "", 0.0, 0.0, "")
    found = {}
    for term in links():
        evidence = weigh_term(term, "", usual)
        if evidence.link is not None and evidence.state != "not measurable":
            found[term] = (evidence.link.measure, evidence.link.direction)
    return found


def _usual(name: str) -> Deviation:
    """A face of which this measure is unremarkable; only what may speak for it matters here."""
    return Deviation(name, wordings()[name], 0.0, 0.0, 0.0, 0.0, trust_table()[name])


def _record(faces: str, against: str, measure: str, found: Agreement, n: int) -> Fidelity:
    other, rank, p_value = (
        float(x) if np.isfinite(x) else None for x in (found.other, found.rank, found.p_value)
    )
    return Fidelity(
        faces=faces,
        against=against,
        measure=measure,
        own=Number.of(Spread(found.own, found.own_low, found.own_high)),
        other=other,
        difference=Number.of(Spread(found.difference, found.low, found.high)),
        rank=rank,
        p_value=p_value,
        n=n,
        n_conditions=found.n,
    )
