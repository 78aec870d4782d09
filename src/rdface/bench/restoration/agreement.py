"""How measures of restored pictures agree with those of untouched ones, in each resample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.bootstrap import patient_weights, percentile_interval

Floats = NDArray[np.float64]
N_RESAMPLES = 2000


@dataclass(frozen=True)
class Range:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Agreement:
    """Statistics of one arm; the first row of each is the sample, the others are resamples.

    Attributes:
        bias: ``[1 + B, M]``: mean of restored minus untouched, z.
        spread: ``[1 + B, M]``: SD of the same.
        slope: ``[1 + B, M]``: of restored on untouched z, by least squares.
        rms: ``[1 + B]``: root mean square of restored minus untouched over all measures.
        kept: ``[1 + B]``: share of the signs of the conditions that is left; NaN without signs.
    """

    bias: Floats
    spread: Floats
    slope: Floats
    rms: Floats
    kept: Floats


def resamples(n: int) -> Floats:
    """Weights ``[1 + B, n]``: everybody once, then children drawn with replacement."""
    return np.concatenate([np.ones((1, n)), patient_weights(n, N_RESAMPLES, 0)])


def agree(untouched: Floats, restored: Floats, signs: Floats, weights: Floats) -> Agreement:
    """Compare two sets of measures of the same children.

    Args:
        untouched: ``[n, M]`` z-scores.
        restored: ``[n, M]``.
        signs: ``[n, M]``: 1 where the child has the HPO term of a high value, -1 of a low one,
            else 0.
        weights: ``[1 + B, n]`` of :func:`resamples`.
    """
    total = weights.sum(axis=1, keepdims=True)

    def mean(values: Floats) -> Floats:
        # einsum and not @: without BLAS the bits do not depend on its threads.
        return np.asarray(np.einsum("bn,nm->bm", weights, values) / total)

    x, y = mean(untouched), mean(restored)
    shift = restored - untouched
    bias, square = mean(shift), mean(shift**2)
    variance = mean(untouched**2) - x**2
    slope = (mean(untouched * restored) - x * y) / np.where(variance > 0, variance, np.nan)
    share = mean(signs)
    left = (mean(signs * restored) - share * y).sum(axis=1)
    there = (mean(signs * untouched) - share * x).sum(axis=1)
    return Agreement(
        bias,
        np.sqrt(np.maximum(square - bias**2, 0)),
        slope,
        np.sqrt(square.mean(axis=1)),
        np.divide(left, there, out=np.full(len(left), np.nan), where=there != 0),
    )


def ranged(values: Floats) -> Range:
    """The first of ``[1 + B]`` with the 2.5 and 97.5 % points of the others; NaN without any."""
    if not np.isfinite(values[1:]).any():
        return Range(float(values[0]), float("nan"), float("nan"))
    return Range(float(values[0]), *percentile_interval(values[1:]))
