"""The truth: how a fitted model does on patients who were not drawn into the cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Bools, Floats


@dataclass(frozen=True, eq=False)
class Truth:
    """Accuracy by condition, and its sampling variance.

    Attributes:
        accuracy: ``float64 [C]``; NaN where nobody is held back.
        variance: ``float64 [C]``, of the mean over patients.
    """

    accuracy: Floats
    variance: Floats

    def weighted(self, weights: Floats) -> tuple[float, float]:
        """Accuracy of a mix of conditions, and its standard error.

        Args:
            weights: ``[C]``, adding up to 1, 0 where nobody is held back.
        """
        used = weights > 0
        value = float(np.sum(weights[used] * self.accuracy[used]))
        return min(value, 1.0), float(np.sqrt(np.sum(weights[used] ** 2 * self.variance[used])))


def truth_of(
    hits: Floats, condition: NDArray[np.intp], patient: NDArray[np.intp], size: int
) -> Truth:
    """Average over the images of each patient, then over the patients of each condition.

    Args:
        hits: ``[M]``, share of the models that list the true condition of each image.
        condition: ``[M]``, 0 to ``size - 1``.
        patient: ``[M]``, numbers that tell patients apart.
        size: C.
    """
    _, first, of_row = np.unique(patient, return_index=True, return_inverse=True)
    rate = np.bincount(of_row, hits) / np.bincount(of_row)
    owner = condition[first]
    count = np.bincount(owner, minlength=size).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(owner, rate, size) / count
        spread = np.bincount(owner, (rate - mean[owner]) ** 2, size) / (count - 1)
        return Truth(mean, spread / count)


def mix_of(tested: Sequence[NDArray[np.intp]], size: int, *, macro: bool) -> Floats:
    """How much each model and condition weighs in a test of several models.

    A condition is tested by a model that was trained without the tested patients of it, so with
    fewer of its images than the other models had: what is true of one model is not of another.

    Args:
        tested: Conditions of the test images of each model, ``[n_f]``; an image may be tested by
            several models, if all images are by equally many.
        size: C.
        macro: Whether each tested condition weighs the same (True) or each image.

    Returns:
        ``float64 [F, C]``, adding up to 1.
    """
    count = np.stack([np.bincount(own, minlength=size) for own in tested]).astype(np.float64)
    total = count.sum(axis=0)
    if macro:
        count = np.divide(count, total, out=np.zeros_like(count), where=total > 0)
    return np.asarray(count / count.sum())


def hits_of_models(correct: Sequence[Bools], condition: NDArray[np.intp], mix: Floats) -> Floats:
    """Share of the models that are right on each image, as they weigh for its condition.

    Args:
        correct: Per model, ``bool [M]``.
        condition: ``[M]``.
        mix: ``[F, C]`` of :func:`mix_of`.

    Returns:
        ``float64 [M]``; 0 where no model tests the condition.
    """
    total = mix.sum(axis=0)
    share = np.divide(mix, total, out=np.zeros_like(mix), where=total > 0)
    return np.asarray(np.sum(np.stack(correct) * share[:, condition], axis=0))
