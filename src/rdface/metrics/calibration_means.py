"""Measures of probabilities that are plain means: Brier score, log loss, over-confidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rdface.metrics import bootstrap
from rdface.metrics.calibration import N_DRAWS, equal_mass_bins
from rdface.metrics.estimate import Estimate
from rdface.metrics.means import ImageRows, mean_over
from rdface.metrics.probabilities import FLOOR, brier, negative_log, top_labels
from rdface.metrics.ranking import Floats, Ints

DIAGRAM_BINS = 10


def brier_score(
    rows: ImageRows, log_probabilities: Floats, truth: Ints, *, seed: int = 0
) -> Estimate | None:
    """Mean Brier score over images, 0 to 2, lower is better."""
    values = brier(log_probabilities, truth)
    return mean_over(rows, values, top=2.0, higher_is_better=False, seed=seed)


def log_loss(
    rows: ImageRows, log_probabilities: Floats, truth: Ints, *, floor: float = FLOOR, seed: int = 0
) -> Estimate | None:
    """Mean negative log-likelihood over images in nats, at most ``-ln floor`` an image."""
    values = negative_log(log_probabilities, truth, floor=floor)
    return mean_over(rows, values, top=-np.log(floor), higher_is_better=False, seed=seed)


def over_confidence(
    rows: ImageRows, log_probabilities: Floats, truth: Ints, *, seed: int = 0
) -> Estimate | None:
    """Mean confidence minus accuracy of the first answer, -1 to 1: above 0, too sure of itself.

    Other than the calibration errors it has no bias at small n, and misses errors that cancel.
    """
    top = top_labels(log_probabilities, truth)
    moved = (top.confidence - top.right + 1.0) / 2.0
    found = mean_over(rows, moved, higher_is_better=False, seed=seed)
    if found is None:
        return None
    return replace(found, value=2 * found.value - 1, low=2 * found.low - 1, high=2 * found.high - 1)


@dataclass(frozen=True)
class DiagramBin:
    """A point of the reliability diagram.

    Attributes:
        confidence: Mean probability of the first answers in the bin.
        accuracy: Share of them that are right, with its interval over patients.
        null_low: Where a perfectly calibrated model's accuracy would lie in 95 % of cohorts of
            this size: the lower end.
        null_high: The upper end.
    """

    confidence: float
    accuracy: Estimate
    null_low: float
    null_high: float


def reliability_diagram(
    rows: ImageRows,
    log_probabilities: Floats,
    truth: Ints,
    *,
    n_bins: int = DIAGRAM_BINS,
    n_resamples: int = bootstrap.N_RESAMPLES,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> list[DiagramBin]:
    """Accuracy against confidence in bins of about equally many images, the least sure first.

    With consistency bars (Bröcker and Smith, "Increasing the reliability of reliability
    diagrams", Weather and Forecasting 2007): where the accuracy of a perfectly calibrated model
    would lie. Each image's repeats are right or wrong together in them.
    """
    top = top_labels(log_probabilities, truth)
    weight = rows.shares()
    bins = equal_mass_bins(top.confidence, weight, n_bins)
    _, image = np.unique(rows.image, return_inverse=True)
    image = image.reshape(-1)
    mass = np.bincount(bins, weight, n_bins)
    rng = np.random.Generator(np.random.PCG64(seed))
    lots = rng.random((n_draws, int(image.max()) + 1))
    null = np.stack(
        [np.bincount(bins, weight * (lot[image] < top.confidence), n_bins) for lot in lots]
    )
    points = []
    for number in np.flatnonzero(mass):
        inside = bins == number
        accuracy = mean_over(
            rows, top.right.astype(np.float64), subset=inside, n_resamples=n_resamples, seed=seed
        )
        if accuracy is None:  # cannot be: the bin has mass
            continue
        low, high = np.quantile(null[:, number] / mass[number], [0.025, 0.975])
        confidence = float(np.average(top.confidence[inside], weights=weight[inside]))
        points.append(DiagramBin(confidence, accuracy, float(low), float(high)))
    return points
