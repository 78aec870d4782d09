"""Bootstrap over patients: resample whole patients, with all their images and all repeats.

Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, for the percentile interval;
Field and Welsh, "Bootstrapping clustered data", JRSS B 2007, for resampling whole clusters.
"""

from __future__ import annotations

import numpy as np

from rdface.metrics.outcomes import Tally
from rdface.metrics.ranking import Floats

N_RESAMPLES = 2000


def patient_weights(n_patients: int, n_resamples: int, seed: int) -> Floats:
    """How often each patient is drawn: ``float64 [n_resamples, n_patients]``, rows add up to P."""
    rng = np.random.Generator(np.random.PCG64(seed))
    shares = np.full(n_patients, 1.0 / n_patients)
    return rng.multinomial(n_patients, shares, size=n_resamples).astype(np.float64)


def value(tally: Tally, *, macro: bool) -> float:
    """The metric itself: micro, hits over images; macro, the mean of that over conditions."""
    share = influence(tally, macro=macro)
    return float(np.sum(share * rates(tally)) / np.sum(share))


def rates(tally: Tally) -> Floats:
    """Hits per image of each patient: ``float64 [P]``; 0 where no image counts."""
    return np.divide(
        tally.hits, tally.images, out=np.zeros_like(tally.hits), where=tally.images > 0
    )


def influence(tally: Tally, *, macro: bool) -> Floats:
    """Share of each patient in the metric: ``float64 [P]``, adding up to 1.

    Micro: the patient's images over all images. Macro: over those of the condition, divided by
    the number of conditions with images.
    """
    if not macro:
        return np.asarray(tally.images / tally.images.sum())
    totals = np.add.reduceat(tally.images, tally.starts)
    per_condition = np.repeat(totals, np.diff([*tally.starts, len(tally.images)]))
    share = np.divide(
        tally.images, per_condition, out=np.zeros_like(tally.images), where=per_condition > 0
    )
    return np.asarray(share / np.count_nonzero(totals))


def resampled(tally: Tally, weights: Floats, *, macro: bool) -> Floats:
    """The metric in each resample: the mean of the drawn patients' rates, weighed by their shares.

    A patient keeps the share that it has in the metric, so that macro is resampled just as micro
    is, and the two agree where all conditions are of one size. Averaging anew within the
    conditions of each resample instead (leaving out those that vanish) looks natural and is too
    narrow: docs/metrics.md has the coverage of both.

    Args:
        tally: Of one measure.
        weights: ``[B, P]`` of :func:`patient_weights`.
        macro: Which of the two.

    Returns:
        ``float64 [B]``; NaN for a resample without any image.
    """
    share = influence(tally, macro=macro)
    return _ratio(_weighed(weights, share * rates(tally)), _weighed(weights, share))


def _weighed(rows: Floats, weights: Floats) -> Floats:
    # einsum and not @: without BLAS the bits do not depend on its threads, and it is as fast.
    return np.asarray(np.einsum("ij,j->i", rows, weights))


def _ratio(hits: Floats, images: Floats) -> Floats:
    return np.asarray(np.divide(hits, images, out=np.full(len(hits), np.nan), where=images > 0))


def percentile_interval(samples: Floats) -> tuple[float, float]:
    """2.5 and 97.5 % points of the resamples, those without any image (NaN) left out."""
    low, high = np.nanpercentile(samples, [2.5, 97.5])
    return float(low), float(high)
