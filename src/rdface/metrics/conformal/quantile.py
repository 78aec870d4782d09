"""The threshold of a set, and how far its coverage may stray from the promise."""

from __future__ import annotations

from math import ceil
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Floats

_ROUNDING = 1e-9
"""What floating point may add to (n + 1)(1 - alpha)."""


def least_patients(alpha: float) -> int:
    """Calibration patients without whom the promise can only be kept by listing everything.

    Example:
        >>> [least_patients(alpha) for alpha in (0.2, 0.1, 0.05)]
        [4, 9, 19]
    """
    return ceil(1.0 / alpha - 1.0 - _ROUNDING)


def patient_quantile(
    scores: Floats,
    patient: NDArray[np.integer[Any]],
    alpha: float,
    weight: Floats | None = None,
) -> float:
    """Threshold that an image of a new patient keeps with probability 1 - alpha or more.

    With one image a patient it is the ceil((n + 1)(1 - alpha))-th smallest score (Vovk, Gammerman
    and Shafer, "Algorithmic Learning in a Random World", 2005), and infinite below
    :func:`least_patients`. Images of one patient are alike, so n images of fewer patients are
    worth less than n: each patient weighs 1 / (n + 1), divided over the images, and the missing
    1 / (n + 1) stands at infinity (Lee, Barber and Willett, "Distribution-free inference with
    hierarchical data", arXiv 2306.06342). Patients must be exchangeable; their images need not.

    Args:
        scores: ``[N]``, of the true condition of each calibration row; may be infinite.
        patient: ``int [N]``, numbers that tell patients apart.
        alpha: How often the truth may be missed, between 0 and 1.
        weight: ``[N]``, how often the row's patient is drawn, of a bootstrap; 1 by default.

    Returns:
        The threshold; ``inf`` where every condition must be listed.

    Example:
        >>> patient_quantile(np.arange(9.0), np.arange(9), 0.1)
        8.0
        >>> patient_quantile(np.arange(8.0), np.arange(8), 0.1)
        inf
    """
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"alpha is {alpha}; it must lie between 0 and 1")
    if not len(scores):
        return float("inf")
    drawn = np.ones((1, len(scores))) if weight is None else weight[None]
    order = np.argsort(scores, kind="stable")
    ranked = scores[order]
    place = thresholds_at(patient[order], alpha, drawn[:, order])[0]
    return float(ranked[place]) if place < len(ranked) else float("inf")


def thresholds_at(
    patient: NDArray[np.integer[Any]], alpha: float, weights: Floats
) -> NDArray[np.intp]:
    """Where the threshold lies among scores in ascending order, for many bootstraps at once.

    Args:
        patient: ``int [N]``, in the order of the scores.
        alpha: See :func:`patient_quantile`.
        weights: ``[B, N]``, how often the patient of each row is drawn.

    Returns:
        ``intp [B]``, index of the threshold; N where it is infinite.
    """
    _, place, times = np.unique(patient, return_inverse=True, return_counts=True)
    mass = np.cumsum(weights / times[place.reshape(-1)], axis=1)
    needed = (1.0 - alpha) * (mass[:, -1:] + 1.0) - _ROUNDING
    return np.asarray((mass < needed).sum(axis=1), dtype=np.intp)


def group_quantiles(
    scores: Floats,
    patient: NDArray[np.integer[Any]],
    group: NDArray[np.integer[Any]],
    n_groups: int,
    alpha: float,
) -> Floats:
    """A threshold for each group of conditions, from the calibration rows of that group alone.

    Mondrian or class-conditional prediction (Vovk, "Conditional validity of inductive conformal
    predictors", ACML 2012): the promise then holds within each group. Groups with fewer than
    :func:`least_patients` get ``inf``: their conditions are on every list.

    Args:
        scores: ``[N]``.
        patient: ``int [N]``.
        group: ``int [N]``, of the true condition.
        n_groups: Number of groups, with or without rows.
        alpha: See :func:`patient_quantile`.

    Returns:
        ``float64 [n_groups]``.
    """
    return np.array(
        [
            patient_quantile(scores[group == one], patient[group == one], alpha)
            for one in range(n_groups)
        ]
    )


class Spread(NamedTuple):
    """Coverage that one calibration may reach though the promise is kept on average.

    Attributes:
        mean: Average over all calibrations; 1 - alpha, or a little more.
        low: In 95 % of calibrations, tested on so many patients, coverage lies above this ...
        high: ... and below this.
    """

    mean: float
    low: float
    high: float


def expected_spread(n_calibration: int, n_test: int, alpha: float) -> Spread:
    """How coverage varies between calibrations of n patients and tests of m.

    Given the calibration patients coverage is Beta(k, n + 1 - k) with k = ceil((n + 1)(1 - alpha))
    (Vovk, ACML 2012), hence on m test patients beta-binomial. It takes one image a patient and
    scores without ties.

    Args:
        n_calibration: n.
        n_test: m.
        alpha: See :func:`patient_quantile`.
    """
    from scipy.stats import betabinom

    k = ceil((n_calibration + 1) * (1.0 - alpha) - _ROUNDING)
    if k > n_calibration:
        return Spread(1.0, 1.0, 1.0)
    law = betabinom(n_test, k, n_calibration + 1 - k)
    low, high = law.ppf([0.025, 0.975]) / n_test
    return Spread(k / (n_calibration + 1), float(low), float(high))
