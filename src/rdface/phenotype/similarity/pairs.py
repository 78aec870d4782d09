"""Which reports are held against which: pairs of one condition, and the two nulls.

A **partner** is a real picture. Its **anchors** are other pictures of its condition: real ones of
other patients (the first null: what two patients with one condition have in common), synthetic
ones that were not made from the partner's patient, or, apart, synthetic ones that were, for those
measure copying. **Strangers** (the second null) are real pictures of other conditions whose sex
and age band are the partner's. So partner and stranger differ in their condition and in nothing
else that the cohort knows, and a synthetic picture, of which no sex and age is known, needs none:
the same anchor meets both. Where a partner's sex or age is not known, that is not matched; a
stranger whose sex or age is not known fits such partners only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from rdface.cohort import groups_of
from rdface.errors import UsageError
from rdface.metrics.matched_pairs import Meeting
from rdface.phenotype.parents import check_made_from

if TYPE_CHECKING:
    from rdface.cohort import Cohort

Kind = Literal["real", "synthetic", "own patient"]
KINDS: Final[tuple[Kind, ...]] = ("real", "synthetic", "own patient")
"""Anchors: real pictures of other patients; synthetic ones of other patients; synthetic ones that
were made from the partner's patient, among others."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Layout:
    """Who is who: R real pictures, then S synthetic ones.

    Attributes:
        image_ids: ``[R + S]``.
        conditions: ``object [R + S]``.
        patients: ``intp [R]``, numbered from 0.
        sexes: ``object [R]``, "" where not known.
        ages: ``object [R]``, age bands, "" where not known.
        made_from: ``bool [R, S]``: whether the synthetic picture was made from a picture of the
            real one's patient.
    """

    image_ids: tuple[str, ...]
    conditions: NDArray[np.object_]
    patients: NDArray[np.intp]
    sexes: NDArray[np.object_]
    ages: NDArray[np.object_]
    made_from: Bools

    @property
    def n_real(self) -> int:
        """R."""
        return len(self.patients)

    @property
    def n_patients(self) -> int:
        """Patients of the real pictures."""
        return int(self.patients.max()) + 1 if len(self.patients) else 0

    @property
    def sizes(self) -> tuple[int, int]:
        """Units that a bootstrap draws: patients, and synthetic pictures each by itself."""
        return self.n_patients, len(self.image_ids) - self.n_real

    @cached_property
    def units(self) -> NDArray[np.intp]:
        """``[R + S]``: unit of each picture."""
        return np.concatenate([self.patients, self.n_patients + np.arange(self.sizes[1])])

    def anchors(self, kind: Kind) -> Bools:
        """``[R, R + S]``: which pictures are anchors of which partner."""
        n = self.n_real
        alike = self.conditions[:n, None] == self.conditions[None, :]
        found: Bools = np.zeros(alike.shape, np.bool_)
        if kind == "real":
            found[:, :n] = alike[:, :n] & (self.patients[:, None] != self.patients[None, :])
        elif kind == "synthetic":
            found[:, n:] = alike[:, n:] & ~self.made_from
        else:
            found[:, n:] = alike[:, n:] & self.made_from
        return found

    @cached_property
    def strangers(self) -> Bools:
        """``[R, R]``: which real pictures are strangers of which partner."""
        n = self.n_real
        unlike = self.conditions[:n, None] != self.conditions[None, :n]
        unlike &= self.patients[:, None] != self.patients[None, :]
        for known in (self.sexes, self.ages):
            unlike &= (known[:, None] == "") | (known[:, None] == known[None, :])
        return np.asarray(unlike)

    def meetings(self, table: NDArray[np.float64], kind: Kind) -> dict[int, Meeting]:
        """Who meets whom, by the partner's row; where nothing was said, there is no meeting.

        Args:
            table: ``[R, R + S]``, NaN where one of the two says nothing.
            kind: Of the anchors.
        """
        n, anchors = self.n_real, self.anchors(kind) & np.isfinite(table)
        found = {}
        for partner in range(n):
            ours = np.flatnonzero(anchors[partner])
            if not len(ours):
                continue
            others = np.flatnonzero(self.strangers[partner])
            met = table[np.ix_(others, ours)].T.copy()
            synthetic = ours >= n
            if synthetic.any():
                # Nobody whom the anchor was made from is a stranger to it.
                made = self.made_from[np.ix_(others, ours[synthetic] - n)].T
                met[synthetic] = np.where(made, np.nan, met[synthetic])
            found[partner] = Meeting(
                int(self.patients[partner]),
                self.units[ours],
                self.patients[others],
                table[partner, ours],
                met,
            )
        return found


def lay_out(cohort: Cohort, pool: Cohort | None, described: Mapping[str, object]) -> Layout:
    """Lay out the pictures that were described; synthetic ones of the cohort itself are left out.

    Args:
        cohort: The real one.
        pool: Synthetic pictures made from it.
        described: Ids of pictures with a report; ids of the two differ.

    Raises:
        UsageError: The pool is none, was made from another cohort, or shares an image id with it.
    """
    real = cohort.images
    rows = (real["synthetic_of"] == "") & real["image_id"].isin(set(described))
    kept = real[rows]
    people = dict(zip(real["image_id"], real["patient_id"], strict=True))
    _, patients = np.unique(kept["patient_id"].to_numpy(str), return_inverse=True)
    ids, conditions = list(kept["image_id"]), list(kept["condition"])
    made_from = np.zeros((len(kept), 0), np.bool_)
    if pool is not None:
        check_made_from(pool, cohort)
        shared = set(pool.image_ids) & set(cohort.image_ids)
        if shared:
            raise UsageError(f"Pool and cohort both have an image {min(shared)!r}.")
        synthetic = pool.images[pool.images["image_id"].isin(set(described))]
        ids += list(synthetic["image_id"])
        conditions += list(synthetic["condition"])
        parents = [
            {people[one] for one in text.split("|") if one in people}
            for text in synthetic["synthetic_of"]
        ]
        made_from = np.array(
            [[patient in each for each in parents] for patient in kept["patient_id"]], np.bool_
        ).reshape(len(kept), len(parents))
    return Layout(
        image_ids=tuple(ids),
        conditions=np.array(conditions, object),
        patients=patients.reshape(-1).astype(np.intp),
        sexes=groups_of(kept, "sex"),
        ages=groups_of(kept, "age"),
        made_from=made_from,
    )
