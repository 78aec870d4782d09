"""A measure averaged within groups, and in every resample of patients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdface.metrics.bootstrap import percentile_interval
from rdface.metrics.estimate import Method
from rdface.metrics.ranking import Floats
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    Z,
    effective_number,
    wilson_interval,
)
from rdface.metrics.subgroups.division import Division

Bounds = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Average:
    """One average and what it becomes in each resample.

    Attributes:
        value: The average.
        samples: ``float64 [B]``; NaN in a resample without any of its patients.
        share: ``float64 [P]``, what each patient has of it, adding up to 1.
        rate: ``float64 [P]``, the measure of each patient.
    """

    value: float
    samples: Floats
    share: Floats
    rate: Floats

    def interval(self, bounds: Bounds | None) -> tuple[float, float, Method] | None:
        """95 % interval; None where there are few patients and no bounds to lean on."""
        if self.rests_on_few(bounds):
            if bounds is None:
                return None
            low, high = wilson_interval(self._scaled(bounds), effective_number(self.share))
            width = bounds[1] - bounds[0]
            return bounds[0] + width * low, bounds[0] + width * high, "wilson"
        return *percentile_interval(self.samples), "bootstrap"

    def variance(self, bounds: Bounds | None) -> float:
        """Of the average; as if patients had hits and misses only where few of them have either."""
        spread = float(np.nanvar(self.samples))
        if bounds is None or not self.rests_on_few(bounds):
            return spread
        n = effective_number(self.share)
        centre = (n * self._scaled(bounds) + Z**2 / 2) / (n + Z**2)
        width = bounds[1] - bounds[0]
        return max(spread, width**2 * centre * (1 - centre) / n)

    def rests_on_few(self, bounds: Bounds | None) -> bool:
        """Fewer than 20 patients, or in effect than 10 with a hit or with a miss."""
        if np.count_nonzero(self.share) < FEWEST_PATIENTS:
            return True
        if bounds is None:
            return False
        hit = (self.rate - bounds[0]) / (bounds[1] - bounds[0])
        carriers = (effective_number(self.share * part) for part in (hit, 1.0 - hit))
        return min(carriers) < FEWEST_CARRIERS

    def _scaled(self, bounds: Bounds) -> float:
        scaled = (self.value - bounds[0]) / (bounds[1] - bounds[0])
        return float(min(max(scaled, 0.0), 1.0))


def average(division: Division, amounts: Floats, images: Floats, *, macro: bool) -> Average:
    """Of a measure over some images.

    Args:
        division: Gives the resamples.
        amounts: ``float64 [P]``, the measure summed over each patient's images that count.
        images: ``float64 [P]``, how many those are; not all 0.
        macro: Averaged within each condition first.
    """
    share, rate = shares(division, images, macro=macro), rates(amounts, images)
    drawn = np.einsum("bp,p->b", division.weights, share)
    total = np.einsum("bp,p->b", division.weights, share * rate)
    samples = np.divide(total, drawn, out=np.full(len(total), np.nan), where=drawn > 0)
    return Average(float(np.sum(share * rate)), samples, share, rate)


def rates(amounts: Floats, images: Floats) -> Floats:
    """Mean over images of each patient; 0 for those without images."""
    return np.divide(amounts, images, out=np.zeros_like(amounts), where=images > 0)


def shares(division: Division, images: Floats, *, macro: bool) -> Floats:
    """What each patient has of an average: ``float64 [P]``, adding up to 1."""
    if not macro:
        return np.asarray(images / images.sum())
    totals = np.add.reduceat(images, division.starts)
    own = totals[division.condition]
    share = np.divide(images, own, out=np.zeros_like(images), where=own > 0)
    return np.asarray(share / np.count_nonzero(totals))


def simultaneous(values: Floats, samples: Floats, errors: Floats) -> float:
    """How many standard errors hold all of several numbers at once in 95 % of resamples.

    The max-t bootstrap (Romano and Wolf, "Exact and approximate stepdown methods for multiple
    hypothesis testing", JASA 2005): the 95 % point of the largest studentised deviation. Never
    less than what a single normal number needs.

    Args:
        values: ``float64 [J]``.
        samples: ``float64 [B, J]``, NaN where a resample has no such number.
        errors: ``float64 [J]``, standard errors.
    """
    away = np.abs(samples - values)
    scaled = np.divide(away, errors, out=np.zeros_like(away), where=errors > 0)
    largest = np.max(np.where(np.isnan(scaled), 0.0, scaled), axis=1)
    return max(Z, float(np.percentile(largest, 95)))
