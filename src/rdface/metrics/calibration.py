"""Calibration errors, each with what a perfectly calibrated model would have shown.

A mean of absolute gaps cannot be negative, so chance alone makes it positive: with few images
even the true probabilities get an error of several points. No error stands here without that null.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate
from rdface.metrics.means import ImageRows
from rdface.metrics.probabilities import top_labels
from rdface.metrics.ranking import Bools, Floats, Ints

N_BINS = 15
N_DRAWS = 1000
"""Draws of the null."""


@dataclass(frozen=True)
class CalibrationError:
    """A calibration error beside its null.

    Attributes:
        estimate: The error, 0 to 1, with a 95 % interval over patients.
        null_mean: What a perfectly calibrated model of the same probabilities shows on average.
        null_high: What it exceeds in one of 20 cohorts.
        p_value: Share of its cohorts with an error at least as large, (1 + count) / (1 + draws).
    """

    estimate: Estimate
    null_mean: float
    null_high: float
    p_value: float

    @property
    def excess(self) -> float:
        """The error beyond that of perfect calibration; near 0 or below: nothing was found."""
        return self.estimate.value - self.null_mean


@dataclass(frozen=True, eq=False)
class _Cells:
    """Rows sorted into cells; the error is the weighted mean of the cells' absolute gaps.

    Attributes:
        cell: ``intp [N]``, of each entry.
        patient: ``intp [N]``, of each entry.
        weight: ``[N]``.
        expected: ``[N]``, the probability that the model gave.
        happened: ``[N]``, 0 or 1.
        n_cells: How many cells there are.
        total: What the sum of gaps is divided by: images (times conditions, classwise).
    """

    cell: NDArray[np.intp]
    patient: NDArray[np.intp]
    weight: Floats
    expected: Floats
    happened: Floats
    n_cells: int
    total: float

    def error(self, happened: Floats) -> float:
        """For any outcomes."""
        gaps = np.bincount(self.cell, self.weight * (happened - self.expected), self.n_cells)
        return float(np.abs(gaps).sum() / self.total)

    def interval(self, images: Floats, n_resamples: int, seed: int) -> tuple[float, float]:
        """95 % interval of the error that all patients of the world would show, the bins held.

        The percentile interval is of no use: a resample's error has the noise of the resample on
        top of that of the sample, so all resamples lie too high. With the gaps g of the bins,
        and g* of a resample, the ends are |g| - q(|g* - g|), by the triangle inequality, and
        |g| + q(sign(g) (g - g*)), for an error that overstates errs low by no more than its
        linear part does (q: 97.5 %). docs/calibration.md has the coverage.
        """
        n_patients = len(images)
        flat = self.patient * self.n_cells + self.cell
        excess = self.weight * (self.happened - self.expected)
        sums = np.bincount(flat, excess, n_patients * self.n_cells)
        sums = sums.reshape(n_patients, self.n_cells)
        scale = self.total / images.sum()
        gaps = sums.sum(axis=0) / self.total
        signs = np.sign(gaps)
        distances, falls = np.empty(n_resamples), np.empty(n_resamples)
        weights = bootstrap.patient_weights(n_patients, n_resamples, seed)
        for number, weight in enumerate(weights):
            drawn = np.einsum("p,pk->k", weight, sums) / (scale * (weight @ images))
            distances[number] = np.abs(drawn - gaps).sum()
            falls[number] = signs @ (gaps - drawn)
        value = float(np.abs(gaps).sum())
        low = value - float(np.quantile(distances, 0.975))
        high = value + float(np.quantile(falls, 0.975))
        return max(low, 0.0), min(max(high, value), 1.0)


def equal_width_bins(values: Floats, n_bins: int = N_BINS) -> NDArray[np.intp]:
    """Bins (0, 1/n], (1/n, 2/n] ...; 0 falls in the first."""
    return np.asarray(np.clip(np.ceil(values * n_bins) - 1, 0, n_bins - 1), dtype=np.intp)


def equal_mass_bins(values: Floats, weight: Floats, n_bins: int = N_BINS) -> NDArray[np.intp]:
    """Bins of about equal weight in the order of the values; equal values share a bin."""
    distinct, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, weight, len(distinct))
    middle = (np.cumsum(mass) - mass / 2) / mass.sum()
    bins = np.minimum((middle * n_bins).astype(np.intp), n_bins - 1)
    return np.asarray(bins[place.reshape(-1)])


def top_label_error(
    rows: ImageRows,
    log_probabilities: Floats,
    truth: Ints,
    *,
    equal_mass: bool = False,
    n_bins: int = N_BINS,
    n_resamples: int = bootstrap.N_RESAMPLES,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> CalibrationError:
    """Expected calibration error of the first answer, sum over bins of n_b / n |acc_b - conf_b|.

    Equal width: Naeini, Cooper and Hauskrecht, "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI 2015; Guo et al., ICML 2017. Equal mass ("adaptive"): Nguyen and
    O'Connor, "Posterior calibration and exploratory analysis for natural language
    processing models", EMNLP 2015.

    Args:
        rows: Image and patient of each row.
        log_probabilities: ``[M, C]``.
        truth: ``[M]``.
        equal_mass: Bins with equally many images each in place of bins of equal width.
        n_bins: Number of bins.
        n_resamples: Of the bootstrap.
        n_draws: Of the null.
        seed: Of both.
    """
    top = top_labels(log_probabilities, truth)
    weight = rows.shares()
    bins = (
        equal_mass_bins(top.confidence, weight, n_bins)
        if equal_mass
        else equal_width_bins(top.confidence, n_bins)
    )
    cells = _Cells(
        bins,
        rows.of_patient,
        weight,
        top.confidence,
        top.right.astype(np.float64),
        n_bins,
        float(weight.sum()),
    )

    def draw(lot: Floats) -> float:
        return cells.error((lot < top.confidence).astype(np.float64))

    return _with_null(rows, cells, draw, n_resamples, n_draws, seed)


def classwise_error(
    rows: ImageRows,
    log_probabilities: Floats,
    truth: Ints,
    *,
    n_bins: int = N_BINS,
    n_resamples: int = bootstrap.N_RESAMPLES,
    n_draws: int = N_DRAWS,
    seed: int = 0,
) -> CalibrationError:
    """Classwise ECE: the error of each condition's probability, mean over the conditions.

    Kull et al., "Beyond temperature scaling", NeurIPS 2019; equal-width bins. With a handful of
    images a condition nearly every probability lies in the lowest bin, and the number says little
    more than that conditions have about as many images as their mean probability: compare it with
    its null, and with 2 / C, which a model that is always wrong and certain would get.

    Args and returns: see :func:`top_label_error`.
    """
    p = np.exp(log_probabilities)
    n_rows, n_conditions = p.shape
    weight = rows.shares()
    column = np.arange(n_conditions)
    bins = equal_width_bins(p, n_bins) + n_bins * column
    happened = (truth[:, None] == column).astype(np.float64)
    cells = _Cells(
        bins.reshape(-1),
        np.repeat(rows.of_patient, n_conditions),
        np.repeat(weight, n_conditions),
        p.reshape(-1),
        happened.reshape(-1),
        n_bins * n_conditions,
        float(weight.sum()) * n_conditions,
    )
    expected = np.bincount(cells.cell, cells.weight * cells.expected, cells.n_cells)
    climbed = np.cumsum(p, axis=1)
    climbed[:, -1] = 1.0

    def draw(lot: Floats) -> float:
        label = (climbed <= lot[:, None]).sum(axis=1)
        seen = np.bincount(bins[np.arange(n_rows), label], weight, cells.n_cells)
        return float(np.abs(seen - expected).sum() / cells.total)

    return _with_null(rows, cells, draw, n_resamples, n_draws, seed)


def _with_null(
    rows: ImageRows,
    cells: _Cells,
    draw: Callable[[Floats], float],
    n_resamples: int,
    n_draws: int,
    seed: int,
) -> CalibrationError:
    value = cells.error(cells.happened)
    images = np.bincount(rows.of_patient, rows.shares()).astype(np.float64)
    low, high = cells.interval(images, n_resamples, seed)
    everything: Bools = np.ones(len(rows.image), dtype=np.bool_)
    estimate = Estimate(value, low, high, *rows.sizes(everything), False, "bootstrap")
    rng = np.random.Generator(np.random.PCG64(seed))
    _, image = np.unique(rows.image, return_inverse=True)
    n_images = int(image.max()) + 1
    # One lot per image: the models of an image's repeats are right or wrong together.
    null = np.array([draw(rng.random(n_images)[image]) for _ in range(n_draws)])
    exceeded = np.count_nonzero(null >= value - 1e-12)
    return CalibrationError(
        estimate,
        float(null.mean()),
        float(np.quantile(null, 0.95)),
        float((1 + exceeded) / (1 + n_draws)),
    )
