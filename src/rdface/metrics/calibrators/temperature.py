"""Temperature scaling: one number that says how far scores may be trusted.

Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017.
"""

from __future__ import annotations

from typing import Self

import numpy as np

from rdface.metrics.calibrators.calibrator import (
    CALIBRATORS,
    Calibrator,
    Numbers,
    trained_truth,
)
from rdface.metrics.probabilities import log_softmax
from rdface.metrics.ranking import Floats

_RANGE = 1e4


@CALIBRATORS.register("temperature")
class TemperatureScaling(Calibrator):
    """Softmax of scores / T, where T minimises the log loss of the calibration rows.

    It never changes the order of conditions. The loss is convex in 1 / T, so the optimum is where
    its slope, the mean of (expected score - true score), is zero. Where the scores are no better
    than chance, or always right, the optimum lies at infinity or 0; 1 / T is then at the end of
    its range, 1e-4 to 1e4 over the standard deviation of the scores within rows. Without a row to
    fit on, T is 1.
    """

    def __init__(self) -> None:
        self.sharpness = 1.0
        """1 / T."""

    def fit(self, scores: Floats, truth: Numbers, patient: Numbers) -> Self:
        """Find where the slope is zero."""
        usable = trained_truth(scores, truth)
        if usable.any():
            self.sharpness = best_sharpness(scores[usable], truth[usable])
        return self

    def log_probabilities(self, scores: Floats) -> Floats:
        """Logarithm of the softmax of scores / T."""
        return log_softmax(scores, self.sharpness)

    @property
    def settings(self) -> dict[str, float]:
        """T."""
        return {"temperature": 1.0 / self.sharpness}


def best_sharpness(scores: Floats, truth: Numbers) -> float:
    """1 / T with the least log loss.

    Args:
        scores: ``[N, C]``, N > 0.
        truth: ``[N]``, conditions with a finite score.
    """
    from scipy.optimize import brentq

    known = np.isfinite(scores)
    n_known = known.sum(axis=1, keepdims=True)
    filled = np.where(known, scores, 0.0)
    centred = np.where(known, scores - filled.sum(axis=1, keepdims=True) / n_known, 0.0)
    scale = float(np.sqrt(np.sum(centred**2) / n_known.sum()))
    if scale <= 0.0:
        return 1.0
    own = centred[np.arange(len(truth)), truth] / scale

    def slope(logarithm: float) -> float:
        p = np.exp(log_softmax(scores, float(np.exp(logarithm)) / scale))
        return float(np.mean((p * centred).sum(axis=1) / scale - own))

    low, high = -np.log(_RANGE), np.log(_RANGE)
    if slope(low) >= 0.0:
        return float(np.exp(low)) / scale
    if slope(high) <= 0.0:
        return float(np.exp(high)) / scale
    return float(np.exp(brentq(slope, low, high, xtol=1e-9))) / scale
