"""What a run came to for each test image, and how rows add up to patients and conditions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Bools, Floats, Ints, true_ranks


class Tally(NamedTuple):
    """A measure summed up per patient; patients are sorted by condition.

    Attributes:
        hits: ``float64 [P]``, the sum over the patient's images of the mean over their rows.
        images: ``float64 [P]``, the number of the images (a share of an image, where only some
            of its rows count).
        starts: ``intp [K]``, where each of the K conditions with patients begins.
    """

    hits: Floats
    images: Floats
    starts: NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Rank of the truth for every test image, repeat and fold.

    Attributes:
        ranks: ``int64 [M]``, see :func:`~rdface.metrics.true_ranks`.
        candidates: ``int64 [M]``, how many conditions had a finite score; 0 where the true one
            had none.
        truth: ``int64 [M]``.
        image: ``int64 [M]``, any numbers that tell images apart.
        patient: ``int64 [M]``, any numbers that tell patients apart.
        training_count: ``int64 [M]``, training images of the true condition.
        n_conditions: C.
    """

    ranks: Ints
    candidates: Ints
    truth: Ints
    image: Ints
    patient: Ints
    training_count: Ints
    n_conditions: int

    @classmethod
    def from_scores(
        cls,
        scores: NDArray[np.floating[Any]],
        truth: NDArray[np.integer[Any]],
        image: NDArray[np.integer[Any]],
        patient: NDArray[np.integer[Any]],
        training_count: NDArray[np.integer[Any]],
    ) -> Outcomes:
        """Rank scores ``[M, C]``; the other arrays are ``[M]``.

        Raises:
            ValueError: Shapes do not fit, there is no row, a score is NaN or ``+inf``, an image
                has two patients, or a patient two conditions.
        """
        columns = [np.asarray(c, dtype=np.int64) for c in (truth, image, patient, training_count)]
        scores = np.asarray(scores)
        if scores.ndim != 2 or not len(scores):
            raise ValueError(f"scores of shape {scores.shape}; expected [M, C] with M > 0")
        if any(column.shape != scores.shape[:1] for column in columns):
            raise ValueError("scores, truth, image, patient and training_count differ in length")
        truth, image, patient, training_count = columns
        ranks = true_ranks(scores, truth)
        for inner, outer, what in (
            (image, patient, "an image has two patients"),
            (patient, truth, "a patient has two conditions"),
        ):
            if len(np.unique(np.stack([inner, outer]), axis=1).T) != len(np.unique(inner)):
                raise ValueError(what)
        finite = np.isfinite(scores)
        own = finite[np.arange(len(truth)), truth]
        candidates = np.where(own, finite.sum(axis=1), 0).astype(np.int64)
        return cls(ranks, candidates, truth, image, patient, training_count, scores.shape[1])

    def per_patient(self, values: Floats, rows: Bools) -> Tally:
        """Sum a measure up: over rows to images, over images to patients.

        Each row weighs 1 / (number of all rows of its image), so that every image counts once
        however often it was tested.

        Args:
            values: ``float64 [M]``, the measure of each row.
            rows: ``bool [M]``, which rows count.
        """
        _, image, times = np.unique(self.image, return_inverse=True, return_counts=True)
        weight = np.where(rows, 1.0 / times[image], 0.0)
        order = self.patient_order
        place = np.empty(len(order.patients), dtype=np.intp)
        place[order.by_condition] = np.arange(len(place))
        patient = place[order.of_row]
        size = len(place)
        return Tally(
            np.bincount(patient, weight * values, size).astype(np.float64),
            np.bincount(patient, weight, size).astype(np.float64),
            order.starts,
        )

    @cached_property
    def patient_order(self) -> PatientOrder:
        """The patients, and their order by condition."""
        patients, first, of_row = np.unique(self.patient, return_index=True, return_inverse=True)
        condition = self.truth[first]
        by_condition = np.argsort(condition, kind="stable")
        _, starts = np.unique(condition[by_condition], return_index=True)
        return PatientOrder(patients, of_row, by_condition, starts)


class PatientOrder(NamedTuple):
    """Patients sorted by condition.

    Attributes:
        patients: ``int64 [P]``, distinct, ascending.
        of_row: ``intp [M]``, index into ``patients``.
        by_condition: ``intp [P]``, indices into ``patients``, sorted by condition.
        starts: ``intp [K]``, where each condition begins in ``by_condition``.
    """

    patients: Ints
    of_row: NDArray[np.intp]
    by_condition: NDArray[np.intp]
    starts: NDArray[np.intp]
