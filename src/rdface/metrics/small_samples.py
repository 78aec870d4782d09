"""Intervals where a bootstrap would lie: few patients, few hits or few misses.

With no hit among n patients every resample has none, and the percentile interval is [0, 0]. The
intervals here come from the binomial distribution of patients instead. They take each patient as
one trial whose outcome lies between 0 and 1, which can only overstate the variance: for a given
mean no outcome varies more than hit or miss does.
"""

from __future__ import annotations

from math import erf, sqrt

import numpy as np

from rdface.metrics.ranking import Floats

Z = 1.959963984540054
FEWEST_PATIENTS = 20
FEWEST_CARRIERS = 10.0


def effective_number(shares: Floats) -> float:
    """Kish's number of equal shares with the same variance, (sum s)^2 / sum s^2; 0 for none."""
    squares = float(np.sum(shares**2))
    return float(np.sum(shares)) ** 2 / squares if squares > 0 else 0.0


def wilson_interval(rate: float, n: float) -> tuple[float, float]:
    """95 % score interval of a proportion (Wilson, JASA 1927).

    Args:
        rate: The proportion, 0 to 1.
        n: Number of trials, above 0; may be an effective one.

    Example:
        >>> [round(end, 3) for end in wilson_interval(0.0, 20)]
        [0.0, 0.161]
    """
    centre = (rate + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(rate * (1 - rate) / n + Z**2 / (4 * n**2))
    low = 0.0 if rate <= 0.0 else max(0.0, centre - half)
    high = 1.0 if rate >= 1.0 else min(1.0, centre + half)
    return low, high


def agresti_min_interval(mean: float, mean_square: float, n: float) -> tuple[float, float, float]:
    """95 % interval and p-value of a mean paired difference.

    Agresti and Min, "Simple improved confidence intervals for comparing matched proportions",
    Statistics in Medicine 2005: half a pair is added to each of the four cells.

    Args:
        mean: Mean difference, -1 to 1.
        mean_square: Mean of the squared differences.
        n: Number of pairs, above 0; may be an effective one.

    Returns:
        Low, high, two-sided p-value against no difference.
    """
    shrunk = n * mean / (n + 2)
    spread = sqrt(max((n * mean_square + 1) / (n + 2) - shrunk**2, 0.0) / (n + 2))
    p_value = 1.0 - erf(abs(shrunk) / (spread * sqrt(2.0))) if spread else float(shrunk == 0)
    return max(-1.0, shrunk - Z * spread), min(1.0, shrunk + Z * spread), p_value
