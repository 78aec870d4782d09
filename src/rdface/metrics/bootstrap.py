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
    if not macro:
        return float(tally.hits.sum() / tally.images.sum())
    hits = np.add.reduceat(tally.hits, tally.starts)
    images = np.add.reduceat(tally.images, tally.starts)
    return float(np.mean(hits[images > 0] / images[images > 0]))


def resampled(tally: Tally, weights: Floats, *, macro: bool) -> Floats:
    """The metric in each resample.

    Of some conditions no patient is drawn. A macro mean over those that are there would favour
    conditions with many patients; each one is therefore weighted by the inverse of its
    probability to be there, 1 - (1 - n/P)^P with n of the P patients (Hajek's estimator).
    docs/metrics.md has the coverage of this and of what was tried instead.

    Args:
        tally: Of one measure; without any image the result is NaN.
        weights: ``[B, P]`` of :func:`patient_weights`.
        macro: Which of the two.

    Returns:
        ``float64 [B]``.
    """
    if not macro:
        return _ratio(_weighed(weights, tally.hits), _weighed(weights, tally.images))
    hits = np.add.reduceat(weights * tally.hits, tally.starts, axis=1)
    images = np.add.reduceat(weights * tally.images, tally.starts, axis=1)
    rates = np.divide(hits, images, out=np.zeros_like(hits), where=images > 0)
    n_all = len(tally.hits)
    n = np.add.reduceat((tally.images > 0).astype(np.float64), tally.starts)
    inverse = 1.0 / np.where(n > 0, 1.0 - (1.0 - n / n_all) ** n_all, 1.0)
    return _ratio(_weighed(rates, inverse), _weighed((images > 0).astype(np.float64), inverse))


def _weighed(rows: Floats, weights: Floats) -> Floats:
    # einsum and not @: without BLAS the bits do not depend on its threads, and it is as fast.
    return np.asarray(np.einsum("ij,j->i", rows, weights))


def _ratio(hits: Floats, images: Floats) -> Floats:
    return np.asarray(np.divide(hits, images, out=np.full(len(hits), np.nan), where=images > 0))


def percentile_interval(samples: Floats) -> tuple[float, float]:
    """2.5 and 97.5 % points of the resamples, those without any image (NaN) left out."""
    low, high = np.nanpercentile(samples, [2.5, 97.5])
    return float(low), float(high)


def influence(tally: Tally, *, macro: bool) -> Floats:
    """Share of each patient in the metric: ``float64 [P]``, adding up to 1."""
    if not macro:
        return np.asarray(tally.images / tally.images.sum())
    totals = np.add.reduceat(tally.images, tally.starts)
    sizes = np.diff([*tally.starts, len(tally.images)])
    per_condition = np.repeat(totals, sizes)
    share = np.divide(
        tally.images, per_condition, out=np.zeros_like(tally.images), where=per_condition > 0
    )
    return np.asarray(share / np.count_nonzero(totals))
