"""Who stands in which group: images, patients and conditions, divided once for all measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.ranking import Bools, Floats, Ints
from rdface.metrics.small_samples import FEWEST_PATIENTS

UNKNOWN = ""
N_PERMUTATIONS = 2000


@dataclass(frozen=True, eq=False)
class Division:
    """The rows of a run, divided into groups.

    Make one with :meth:`of`; then :func:`rdface.metrics.subgroups.judge` gives any number of
    measures by these groups, all on the same resamples and permutations.

    Attributes:
        names: The G groups, as they are to be listed.
        image_of_row: ``intp [M]``, number of the image of each row.
        patient: ``intp [N]``, number of the patient of each image; patients stand by condition.
        group: ``intp [N]``, number of the group of each image; -1 where it is not known.
        condition: ``intp [P]``, number of the condition of each patient, ascending.
        n_resamples: Of the bootstrap over patients, and of that over conditions.
        n_permutations: Of the test.
        seed: Of both.
    """

    names: tuple[str, ...]
    image_of_row: NDArray[np.intp]
    patient: NDArray[np.intp]
    group: NDArray[np.intp]
    condition: NDArray[np.intp]
    n_resamples: int
    n_permutations: int
    seed: int

    @classmethod
    def of(
        cls,
        image: NDArray[np.integer[Any]],
        patient: NDArray[np.integer[Any]],
        truth: NDArray[np.integer[Any]],
        group: NDArray[np.object_],
        *,
        names: Sequence[str] | None = None,
        n_resamples: int = bootstrap.N_RESAMPLES,
        n_permutations: int = N_PERMUTATIONS,
        seed: int = 0,
    ) -> Division:
        """Divide rows.

        Args:
            image: ``[M]``, numbers that tell images apart.
            patient: ``[M]``, numbers that tell patients apart.
            truth: ``[M]``, numbers of the conditions.
            group: ``[M]``, label of the image's group; ``""`` where it is not known.
            names: The groups in the order in which they are listed; by default the alphabet's.
            n_resamples: See above.
            n_permutations: See above.
            seed: See above.

        Raises:
            ValueError: Lengths differ, there is no row, ``names`` lacks a label, an image has two
                patients or two groups, or a patient two conditions.
        """
        if not len(image) or not len(image) == len(patient) == len(truth) == len(group):
            raise ValueError("image, patient, truth and group must be of one length above 0")
        labels, number = np.unique(np.asarray(group).astype(str), return_inverse=True)
        known = [str(label) for label in labels if label != UNKNOWN]
        listed = tuple(known if names is None else (name for name in names if name in known))
        if set(listed) != set(known):
            raise ValueError(f"names lack {sorted(set(known) - set(listed))}")
        place = {name: index for index, name in enumerate(listed)}
        group_of_row = np.array([place.get(str(label), -1) for label in labels])[number]

        _, first, image_of_row = np.unique(image, return_index=True, return_inverse=True)
        people, shown, patient_of_row = np.unique(patient, return_index=True, return_inverse=True)
        _, condition = np.unique(np.asarray(truth)[shown], return_inverse=True)
        for inner, outer, what in (
            (image_of_row, patient_of_row, "an image has two patients"),
            (image_of_row, group_of_row, "an image has two groups"),
            (patient_of_row, np.asarray(truth), "a patient has two conditions"),
        ):
            if len(np.unique(np.stack([inner, outer]), axis=1).T) != len(np.unique(inner)):
                raise ValueError(what)
        order = np.argsort(condition, kind="stable")
        rank = np.empty(len(people), dtype=np.intp)
        rank[order] = np.arange(len(people))
        return cls(
            listed,
            image_of_row.astype(np.intp),
            rank[patient_of_row[first]],
            group_of_row[first].astype(np.intp),
            condition[order].astype(np.intp),
            n_resamples,
            n_permutations,
            seed,
        )

    def per_image(self, values: Floats) -> Floats:
        """Mean of a measure over the rows of each image: ``float64 [M] -> float64 [N]``."""
        rows = np.bincount(self.image_of_row)
        return np.asarray(np.bincount(self.image_of_row, values) / rows)

    def per_patient(self, amounts: Floats) -> Floats:
        """Sum of ``[N]`` over each patient's images, by group: ``float64 [P, G]``."""
        n_groups, known = len(self.names), self.group >= 0
        cell = self.patient[known] * n_groups + self.group[known]
        size = len(self.condition) * n_groups
        sums = np.bincount(cell, amounts[known], size).astype(np.float64)
        return sums.reshape(len(self.condition), n_groups)

    @cached_property
    def images(self) -> Floats:
        """``float64 [P, G]``, how many images each patient has in each group."""
        return self.per_patient(np.ones(len(self.patient)))

    @cached_property
    def n_patients(self) -> Ints:
        """``int64 [G]``."""
        return np.asarray(np.count_nonzero(self.images, axis=0), dtype=np.int64)

    @cached_property
    def n_conditions(self) -> Ints:
        """``int64 [G]``, conditions with a patient in the group."""
        return np.array(
            [len(np.unique(self.condition[own > 0])) for own in self.images.T], dtype=np.int64
        )

    @cached_property
    def large(self) -> Bools:
        """``bool [G]``, groups of at least 20 patients: only they are judged."""
        return np.asarray(self.n_patients >= FEWEST_PATIENTS)

    @property
    def n_unknown(self) -> int:
        """Images whose group is not known."""
        return int(np.count_nonzero(self.group < 0))

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """``intp [K]``, where each condition begins among the patients."""
        return np.unique(self.condition, return_index=True)[1]

    @cached_property
    def weights(self) -> Floats:
        """``float64 [B, P]``, how often each patient is drawn in each resample."""
        return bootstrap.patient_weights(len(self.condition), self.n_resamples, self.seed)

    @cached_property
    def condition_weights(self) -> Floats:
        """``float64 [B, K]``, how often each condition is drawn in each resample."""
        return bootstrap.patient_weights(len(self.starts), self.n_resamples, self.seed)

    @cached_property
    def label(self) -> NDArray[np.intp]:
        """``intp [P]``, the group in which a patient has most images; -1 where none is large.

        Of several with as many the one listed first. Ages alone can put a patient into two.
        """
        if not self.names:
            return np.full(len(self.condition), -1, dtype=np.intp)
        images = np.where(self.large, self.images, 0.0)
        return np.where(images.any(axis=1), np.argmax(images, axis=1), -1).astype(np.intp)

    @property
    def n_in_several(self) -> int:
        """Patients with images in more than one group."""
        return int(np.count_nonzero(np.count_nonzero(self.images, axis=1) > 1))

    @cached_property
    def permuted(self) -> NDArray[np.intp]:
        """``intp [T, P]``: :attr:`label` dealt anew among the labelled patients of a condition."""
        rng = np.random.Generator(np.random.PCG64([self.seed, 1]))
        keys = rng.random((self.n_permutations, len(self.label))) + self.condition
        # Patients without a label keep their place: they are sorted behind all others.
        behind = np.where(self.label < 0, len(self.condition) + 1.0, 0.0)
        order = np.argsort(keys + behind, axis=1)
        seats = np.argsort(self.condition + behind, kind="stable")
        dealt = np.empty((self.n_permutations, len(self.label)), dtype=np.intp)
        np.put_along_axis(dealt, order, self.label[seats][None, :], axis=1)
        return dealt
