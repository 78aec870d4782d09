"""Refusal of strangers over all models of a run, with intervals over patients of both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate, Method
from rdface.metrics.open_set import HIGHER_IS_BETTER, MEASURES, Sides, measure_sides, oscr_curve
from rdface.metrics.ranking import Bools, Floats, Ints
from rdface.metrics.small_samples import FEWEST_CARRIERS, FEWEST_PATIENTS, wilson_interval


@dataclass(frozen=True, eq=False)
class Meeting:
    """Images of known conditions and strangers, as several models met them.

    An image has a row for each model that met it. A patient may be known to one model and a
    stranger to another.

    Attributes:
        stranger: ``bool [M]``.
        right: ``bool [M]``, whether the first condition is the true one; of strangers not read.
        model: ``int [M]``, numbers that tell models apart.
        image: ``int [M]``, numbers that tell images apart.
        patient: ``int [M]``, numbers that tell patients apart.
    """

    stranger: Bools
    right: Bools
    model: Ints
    image: Ints
    patient: Ints

    def __post_init__(self) -> None:
        """Make sure that every model met both sides.

        Raises:
            ValueError: One did not, or there is none.
        """
        known, strange = (np.unique(self.model[side]) for side in (~self.stranger, self.stranger))
        if not len(known) or not np.array_equal(known, strange):
            raise ValueError("every model must have met known images and strangers")

    @cached_property
    def _patients(self) -> tuple[Ints, Ints]:
        """Index of each row's patient, and each patient's stratum: the sides it was met on."""
        _, index = np.unique(self.patient, return_inverse=True)
        index = index.reshape(-1)
        met = np.zeros((index.max() + 1, 2), dtype=bool)
        met[index, self.stranger.astype(np.intp)] = True
        return index.astype(np.int64), (met @ np.array([1, 2])).astype(np.int64)

    def part(self, rows: Bools) -> Meeting:
        """Some of the rows, ``bool [M]``."""
        return Meeting(
            self.stranger[rows],
            self.right[rows],
            self.model[rows],
            self.image[rows],
            self.patient[rows],
        )

    def models(self) -> Iterator[tuple[Ints, Ints]]:
        """Rows of known images and rows of strangers, model by model."""
        for model in np.unique(self.model):
            own = self.model == model
            yield np.flatnonzero(own & ~self.stranger), np.flatnonzero(own & self.stranger)

    def weights(self, n_resamples: int, seed: int) -> Floats:
        """How often each row's patient is drawn: ``float64 [B, M]``.

        Patients are drawn with all their rows, those met on one side alone and those met on both
        each among themselves: a patient who is on both sides is drawn once for both.
        """
        index, stratum = self._patients
        drawn = np.empty((n_resamples, len(stratum)))
        for number in np.unique(stratum):
            inside = stratum == number
            drawn[:, inside] = bootstrap.patient_weights(
                int(inside.sum()), n_resamples, seed + int(number)
            )
        return drawn[:, index]

    def count(self, *, strangers: bool) -> tuple[int, int]:
        """Images and patients of one side."""
        side = self.stranger == strangers
        return len(np.unique(self.image[side])), len(np.unique(self.patient[side]))


def summarise_open_set(
    strangeness: Floats,
    meeting: Meeting,
    *,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> dict[str, Estimate]:
    """All measures of :func:`~rdface.metrics.open_set.measure_sides`, mean over models.

    The interval is the percentile bootstrap over patients of both sides. A patient's rows are
    drawn together and not averaged first: two models give strangeness on different scales, so
    that an average over models means nothing. Where a side has fewer than 20 patients, or the
    number is so near 0 or 1 that fewer than 10 patients carry it, it is Wilson's interval on the
    patients of the smaller side: the variance of an AUROC A of K and S independent values is at
    most A (1 - A) / min(K, S) (Birnbaum and Klose, Annals of Mathematical Statistics 1957).

    Args:
        strangeness: ``float64 [M]``, higher is stranger.
        meeting: Whose rows they are.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap; two scores of one meeting have the same resamples.

    Returns:
        Measure -> estimate. ``n`` counts images and ``n_patients`` patients of both sides.
    """
    weights = meeting.weights(n_resamples, seed)
    points: dict[str, list[Floats]] = {measure: [] for measure in MEASURES}
    samples: dict[str, list[Floats]] = {measure: [] for measure in MEASURES}
    for known, strange in meeting.models():
        sides = Sides.of(strangeness[known], strangeness[strange], meeting.right[known])
        resampled = measure_sides(sides, weights[:, known], weights[:, strange])
        for measure, value in measure_sides(sides).items():
            points[measure].append(value)
            samples[measure].append(resampled[measure])
    n, n_patients = len(np.unique(meeting.image)), len(np.unique(meeting.patient))
    ours, others = (meeting.count(strangers=side)[1] for side in (False, True))
    fewest = min(ours, others)
    carrying = {"auroc": fewest, "fpr95": others, "oscr": ours, "accuracy": ours}
    found = {}
    for measure in MEASURES:
        mean = float(np.mean(points[measure]))
        several = np.stack(samples[measure])
        low, high, method = _interval(mean, several, fewest, carrying[measure])
        better = HIGHER_IS_BETTER[measure]
        found[measure] = Estimate(mean, low, high, n, n_patients, better, method)
    return found


def mean_oscr_curve(strangeness: Floats, meeting: Meeting, grid: Floats, weights: Floats) -> Floats:
    """Mean over models of the correct classification rate at false positive rates ``grid``.

    Where several thresholds have one false positive rate, the last counts; between two rates the
    curve is a straight line.

    Args:
        strangeness: ``[M]``.
        meeting: Whose rows they are.
        grid: ``[G]``, 0 to 1, ascending.
        weights: ``[B, M]`` (:meth:`Meeting.weights`, or ones): a curve for each. A model that a
            weighting leaves without a side is left out of its mean.

    Returns:
        ``float64 [B, G]``; NaN where no model has both sides.
    """
    curves = []
    for known, strange in meeting.models():
        curve = np.full((len(weights), len(grid)), np.nan)
        sides = Sides.of(strangeness[known], strangeness[strange], meeting.right[known])
        for number, row in enumerate(weights):
            if row[known].any() and row[strange].any():
                curve[number] = np.interp(grid, *oscr_curve(sides, row[known], row[strange]))
        curves.append(curve)
    return _mean_of_met(np.asarray(curves))


def _interval(
    value: float, samples: Floats, fewest: int, carrying: int
) -> tuple[float, float, Method]:
    """Of the mean over models ``samples [models, B]``; a model without a side is left out.

    Args:
        value: The number itself.
        samples: Of the bootstrap.
        fewest: Patients of the smaller side.
        carrying: Patients of the side whose share the number is.
    """
    if fewest < FEWEST_PATIENTS or carrying * min(value, 1.0 - value) < FEWEST_CARRIERS:
        low, high = wilson_interval(min(max(value, 0.0), 1.0), fewest)
        return low, high, "wilson"
    low, high = bootstrap.percentile_interval(_mean_of_met(samples))
    return low, high, "bootstrap"


def _mean_of_met(samples: Floats) -> Floats:
    """Mean over models, the first axis, of those that are not NaN; NaN where all are."""
    met = np.isfinite(samples)
    means = np.where(met, samples, 0.0).sum(axis=0) / np.maximum(met.sum(axis=0), 1)
    return np.asarray(np.where(met.any(axis=0), means, np.nan))
