"""All metrics of a run, with intervals, and the row of chance beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate
from rdface.metrics.measures import BAND_EDGES, TOP_K, Measure, measures
from rdface.metrics.outcomes import Outcomes
from rdface.metrics.ranking import Floats
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    effective_number,
    wilson_interval,
)


def summarise(
    scores: NDArray[np.floating[Any]],
    truth: NDArray[np.integer[Any]],
    image: NDArray[np.integer[Any]],
    patient: NDArray[np.integer[Any]],
    training_count: NDArray[np.integer[Any]],
    *,
    ks: Sequence[int] = TOP_K,
    band_edges: Sequence[int] | None = BAND_EDGES,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Top-k and MRR, micro and macro, overall and by band, each with a 95 % interval.

    An image's outcome is averaged over its repeats; patients are resampled with all their images.
    Where fewer than 20 patients, or in effect fewer than 10 patients with a hit or with a miss,
    carry the number, the interval is Wilson's on patients. See docs/metrics.md for the formulae
    and for what the intervals do not cover.

    Args:
        scores: ``[M, C]``, one row per test image, repeat and fold; ``-inf`` for conditions that
            were not trained.
        truth: ``[M]``, 0 to C - 1.
        image: ``[M]``, numbers that tell images apart.
        patient: ``[M]``, numbers that tell patients apart.
        training_count: ``[M]``, training images of the true condition.
        ks: For top-k.
        band_edges: Where training-count bands begin; None for no bands.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.

    Returns:
        ``top1_micro``, ``mrr_macro``, ``top5_micro@1-2`` ... -> estimate.

    Raises:
        ValueError: See :meth:`Outcomes.from_scores`.
    """
    outcomes = Outcomes.from_scores(scores, truth, image, patient, training_count)
    return summarise_outcomes(
        outcomes, ks=ks, band_edges=band_edges, n_resamples=n_resamples, seed=seed
    )


def summarise_outcomes(
    outcomes: Outcomes,
    *,
    ks: Sequence[int] = TOP_K,
    band_edges: Sequence[int] | None = BAND_EDGES,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> dict[str, Estimate]:
    """The same of ranks that are there already; see :func:`summarise`."""
    n_patients = len(outcomes.patient_order.patients)
    weights = bootstrap.patient_weights(n_patients, n_resamples, seed)
    found = measures(outcomes, ks=ks, band_edges=band_edges)
    return {measure.name: _estimate(outcomes, measure, weights) for measure in found}


def chance(
    scores: NDArray[np.floating[Any]],
    truth: NDArray[np.integer[Any]],
    image: NDArray[np.integer[Any]],
    patient: NDArray[np.integer[Any]],
    training_count: NDArray[np.integer[Any]],
    *,
    ks: Sequence[int] = TOP_K,
    band_edges: Sequence[int] | None = BAND_EDGES,
) -> dict[str, Estimate]:
    """The same metrics for a random order of the candidate conditions: exact expectations.

    Of the scores only is read which ones are finite. Among F candidates top-k is min(k, F) / F
    and the MRR (1 + 1/2 + ... + 1/F) / F.

    Args and raises: see :func:`summarise`.
    """
    outcomes = Outcomes.from_scores(scores, truth, image, patient, training_count)
    row = {}
    for measure in measures(outcomes, ks=ks, band_edges=band_edges):
        tally = outcomes.per_patient(measure.expected, measure.rows)
        value = bootstrap.value(tally, macro=measure.macro)
        row[measure.name] = Estimate(value, value, value, *_sizes(outcomes, measure), True, "exact")
    return row


def _estimate(outcomes: Outcomes, measure: Measure, weights: Floats) -> Estimate:
    tally = outcomes.per_patient(measure.values, measure.rows)
    value = bootstrap.value(tally, macro=measure.macro)
    n, n_patients = _sizes(outcomes, measure)
    share = bootstrap.influence(tally, macro=measure.macro)
    rates = bootstrap.rates(tally)
    carriers = min(effective_number(share * rates), effective_number(share * (1.0 - rates)))
    if n_patients < FEWEST_PATIENTS or carriers < FEWEST_CARRIERS:
        low, high = wilson_interval(min(max(value, 0.0), 1.0), effective_number(share))
        return Estimate(value, low, high, n, n_patients, True, "wilson")
    samples = bootstrap.resampled(tally, weights, macro=measure.macro)
    low, high = bootstrap.percentile_interval(samples)
    return Estimate(value, low, high, n, n_patients, True, "bootstrap")


def _sizes(outcomes: Outcomes, measure: Measure) -> tuple[int, int]:
    """Images and patients with at least one row that counts."""
    return (
        len(np.unique(outcomes.image[measure.rows])),
        len(np.unique(outcomes.patient[measure.rows])),
    )
