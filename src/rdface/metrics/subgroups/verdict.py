"""Any measure of test rows by group, with all that keeps the reader from trusting it too much."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate
from rdface.metrics.ranking import Floats
from rdface.metrics.small_samples import FEWEST_PATIENTS
from rdface.metrics.subgroups.adjusted import shared_conditions, within_conditions
from rdface.metrics.subgroups.averages import Average, Bounds, average, simultaneous
from rdface.metrics.subgroups.division import N_PERMUTATIONS, Division
from rdface.metrics.subgroups.findings import Contrast, Gap, Group, Subgroups
from rdface.metrics.subgroups.permutation import Deals, deal


def by_group(
    values: NDArray[np.floating[Any]],
    image: NDArray[np.integer[Any]],
    patient: NDArray[np.integer[Any]],
    truth: NDArray[np.integer[Any]],
    group: NDArray[np.object_],
    *,
    macro: bool = False,
    bounds: Bounds | None = (0.0, 1.0),
    higher_is_better: bool = True,
    n_resamples: int = bootstrap.N_RESAMPLES,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> Subgroups:
    """A per-row measure by group: hits, set membership, set size, Brier score, novelty ...

    Rows are averaged to images first, so that repeats are no new evidence.

    Args:
        values: ``float [M]``, the measure of each row; finite.
        image: ``[M]``, numbers that tell images apart.
        patient: ``[M]``, numbers that tell patients apart.
        truth: ``[M]``, numbers of the conditions.
        group: ``[M]``, labels of :func:`rdface.cohort.groups_of`; ``""`` where not known.
        macro: Average within each condition first.
        bounds: Least and largest value that the measure can have; small groups need them for an
            interval, and have none where this is None.
        higher_is_better: Which way is good; where neither is (set size), choose and say so.
        n_resamples: Of the bootstraps.
        n_permutations: Of the test.
        seed: Of both.

    Raises:
        ValueError: See :meth:`Division.of` and :func:`judge`.
    """
    division = Division.of(
        image,
        patient,
        truth,
        group,
        n_resamples=n_resamples,
        n_permutations=n_permutations,
        seed=seed,
    )
    return judge(division, values, macro=macro, bounds=bounds, higher_is_better=higher_is_better)


def judge(
    division: Division,
    values: NDArray[np.floating[Any]],
    *,
    macro: bool = False,
    bounds: Bounds | None = (0.0, 1.0),
    higher_is_better: bool = True,
) -> Subgroups:
    """A per-row measure by the groups of a division; see :func:`by_group`.

    Raises:
        ValueError: A value is not finite or outside the bounds, or the length is not the rows'.
    """
    rows = np.asarray(values, dtype=np.float64)
    if rows.shape != division.image_of_row.shape or not np.isfinite(rows).all():
        raise ValueError("values must be finite, one per row of the division")
    if bounds is not None and not bounds[0] <= rows.min() <= rows.max() <= bounds[1]:
        raise ValueError(f"a value lies outside {bounds}")
    per_image = division.per_image(rows)
    size = len(division.condition)
    whole = average(
        division,
        np.bincount(division.patient, per_image, size).astype(np.float64),
        np.bincount(division.patient, minlength=size).astype(np.float64),
        macro=macro,
    )
    amounts = division.per_patient(per_image)
    own = [
        average(division, amounts[:, g], division.images[:, g], macro=macro)
        for g in range(len(division.names))
    ]
    deals = deal(division, amounts, macro=macro)
    return Subgroups(
        overall=_estimate(division, whole, bounds, higher_is_better),
        groups=_groups(division, amounts, own, bounds, macro=macro),
        gap=_gap(division, own, whole, deals, bounds, higher_is_better),
        p_value=deals.p_value,
        n_tested=deals.n_tested,
        n_unknown=division.n_unknown,
        n_in_several=division.n_in_several,
        higher_is_better=higher_is_better,
    )


def _estimate(
    division: Division, whole: Average, bounds: Bounds | None, higher_is_better: bool
) -> Estimate:
    n, n_patients = len(division.patient), len(division.condition)
    low, high, method = whole.interval(bounds) or (float("nan"), float("nan"), "bootstrap")
    return Estimate(whole.value, low, high, n, n_patients, higher_is_better, method)


def _groups(
    division: Division, amounts: Floats, own: list[Average], bounds: Bounds | None, *, macro: bool
) -> tuple[Group, ...]:
    raw = _minus_rest(division, amounts, own, bounds, macro=macro)
    adjusted = [None] * len(own) if macro else within_conditions(division, amounts)
    shared = np.count_nonzero(shared_conditions(division), axis=0)
    made = []
    for g, name in enumerate(division.names):
        low, high, method = own[g].interval(bounds) or (None, None, None)
        made.append(
            Group(
                name=name,
                value=own[g].value if division.large[g] else None,
                low=low,
                high=high,
                method=method,
                n=int(division.images[:, g].sum()),
                n_patients=int(division.n_patients[g]),
                n_conditions=int(division.n_conditions[g]),
                minus_rest=raw[g],
                adjusted=adjusted[g],
                n_shared=int(shared[g]),
            )
        )
    return tuple(made)


def _minus_rest(
    division: Division, amounts: Floats, own: list[Average], bounds: Bounds | None, *, macro: bool
) -> list[Contrast | None]:
    others = division.images.sum(axis=1, keepdims=True) - division.images
    sums = amounts.sum(axis=1, keepdims=True) - amounts
    judged = [
        g
        for g in np.flatnonzero(division.large)
        if np.count_nonzero(others[:, g]) >= FEWEST_PATIENTS
    ]
    rest = {g: average(division, sums[:, g], others[:, g], macro=macro) for g in judged}
    contrasts: list[Contrast | None] = [None] * len(own)
    found = _contrasts([(own[g], rest[g]) for g in judged], bounds)
    for g, contrast in zip(judged, found, strict=True):
        contrasts[g] = contrast
    return contrasts


def _contrasts(pairs: list[tuple[Average, Average]], bounds: Bounds | None) -> list[Contrast]:
    """First minus second of each pair, with intervals that hold for all pairs at once."""
    if not pairs:
        return []
    values = np.array([a.value - b.value for a, b in pairs])
    samples = np.stack([a.samples - b.samples for a, b in pairs], axis=1)
    # A group's rest may rest on few hits while their difference still moves in the resamples.
    errors = np.array(
        [
            np.sqrt(
                a.variance(bounds) + b.variance(bounds)
                if a.rests_on_few(bounds) or b.rests_on_few(bounds)
                else np.nanvar(a.samples - b.samples)
            )
            for a, b in pairs
        ]
    )
    reach = simultaneous(values, samples, errors) * errors
    limit = np.inf if bounds is None else bounds[1] - bounds[0]
    return [
        Contrast(float(value), float(max(value - half, -limit)), float(min(value + half, limit)))
        for value, half in zip(values, reach, strict=True)
    ]


def _gap(
    division: Division,
    own: list[Average],
    whole: Average,
    deals: Deals,
    bounds: Bounds | None,
    higher_is_better: bool,
) -> Gap | None:
    """The largest of all distances lies between the ends at which all of them may lie at once.

    The distance of the best and the worst of several groups is too large on average, and a plain
    bootstrap makes it larger still. Intervals that hold all pairs' differences at once hold the
    largest of them, whichever pair it is.
    """
    large = np.flatnonzero(division.large)
    if len(large) < 2:
        return None
    ranked = sorted(large, key=lambda g: (own[g].value, g), reverse=higher_is_better)
    best, worst = ranked[0], ranked[-1]
    pairs = _contrasts([(own[a], own[b]) for a in large for b in large if a < b], bounds)
    ends = [max(one.low, -one.high, 0.0) for one in pairs]
    from_overall = _contrasts([(own[g], whole) for g in large], bounds)
    nothing = deals.gaps.size == 0
    return Gap(
        worst=division.names[worst],
        best=division.names[best],
        value=abs(own[best].value - own[worst].value),
        low=max(ends),
        high=max(max(one.high, -one.low) for one in pairs),
        expected=None if nothing else float(deals.gaps.mean()),
        expected_high=None if nothing else float(np.percentile(deals.gaps, 95)),
        worst_minus_overall=from_overall[list(large).index(worst)],
    )
