"""Who is who among stored embeddings: a few numbers an image, whatever an embedding is long."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.stored import EmbeddingTable
from rdface.errors import CohortError, LeakageError

if TYPE_CHECKING:
    import pyarrow as pa

Numbers = NDArray[np.int32]
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Census:
    """Patients and conditions of all images, as numbers.

    Attributes:
        conditions: Ids by number, in the cohort's order.
        patient_ids: Ids by number, in order of appearance.
        condition: ``int32 [N]``; :data:`NOBODY` for a synthetic image, which is left out.
        patient: ``int32 [N]``; likewise.
    """

    conditions: tuple[str, ...]
    patient_ids: tuple[str, ...]
    condition: Numbers
    patient: Numbers

    @classmethod
    def of(cls, table: EmbeddingTable) -> Census:
        """Read the ids of a folder of embeddings.

        Raises:
            CohortError: An image without patient or condition, or a patient with two conditions.
        """
        import pyarrow.compute as pc

        column = {name: number for number, name in enumerate(table.manifest.conditions)}
        known: dict[str, int] = {}
        conditions: list[Numbers] = []
        patients: list[Numbers] = []
        for group in table.groups(["patient_id", "condition", "synthetic_of"]):
            real = pc.equal(group["synthetic_of"], "").to_numpy()
            for name, numbers, found in (
                ("patient_id", known, patients),
                ("condition", column, conditions),
            ):
                coded = _coded(group[name], numbers, new=name == "patient_id")
                found.append(np.where(real, coded, NOBODY).astype(np.int32))
        census = cls(
            tuple(column), tuple(known), np.concatenate(conditions), np.concatenate(patients)
        )
        census._check()
        return census

    def _check(self) -> None:
        real = self.patient != NOBODY
        wrong = np.flatnonzero(real & (self.condition != self.condition_of[self.patient]))
        if len(wrong):
            patient = self.patient_ids[self.patient[wrong[0]]]
            raise CohortError(
                f"Patient {patient!r} has two conditions, or an image without a known one.",
                hint="Give two patients two ids.",
            )
        if "" in self.patient_ids and np.any(self.patient == self.patient_ids.index("")):
            raise CohortError(
                "An image has no patient_id; it cannot be placed.",
                hint="Only the patient's id can keep one patient from finding himself.",
            )

    @cached_property
    def condition_of(self) -> Numbers:
        """``int32 [P]``: condition of each patient; :data:`NOBODY` of synthetic ones."""
        found = np.full(len(self.patient_ids), NOBODY, dtype=np.int32)
        real = self.patient != NOBODY
        found[self.patient[real]] = self.condition[real]
        return found

    @cached_property
    def images_of_patient(self) -> NDArray[np.intp]:
        """``intp [P]``."""
        real = self.patient[self.patient != NOBODY]
        return np.bincount(real, minlength=len(self.patient_ids))

    @cached_property
    def images_of_condition(self) -> NDArray[np.intp]:
        """``intp [C]``."""
        real = self.condition[self.condition != NOBODY]
        return np.bincount(real, minlength=len(self.conditions))

    def patients(self) -> dict[str, list[str]]:
        """Condition -> its patients."""
        found: dict[str, list[str]] = {name: [] for name in self.conditions}
        for patient, condition in zip(self.patient_ids, self.condition_of, strict=True):
            if condition != NOBODY:
                found[self.conditions[condition]].append(patient)
        return found

    def rows(self, patients: Collection[str]) -> NDArray[np.intp]:
        """The images of some patients, in the cohort's order."""
        wanted = set(patients)
        among = np.array([patient in wanted for patient in self.patient_ids], dtype=bool)
        return np.flatnonzero((self.patient != NOBODY) & among[self.patient])


def _coded(column: pa.ChunkedArray, numbers: dict[str, int], *, new: bool) -> NDArray[np.intp]:
    """Numbers of a column's texts; one that is not known gets a new one, or :data:`NOBODY`."""
    coded = column.combine_chunks().dictionary_encode()
    names = coded.dictionary.to_pylist()
    own = [
        numbers.setdefault(name, len(numbers)) if new else numbers.get(name, NOBODY)
        for name in names
    ]
    return np.asarray(np.array(own, dtype=np.intp)[coded.indices.to_numpy()])


def refuse_copies(table: EmbeddingTable, census: Census, rows: NDArray[np.intp]) -> None:
    """Make sure that no picture of these rows stands under another patient.

    Args:
        table: The embeddings.
        census: Who is who in them.
        rows: Images, ascending.

    Raises:
        LeakageError: One does; both patients are named.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    owner: dict[str, int] = {}
    for digest, row in zip(texts_of(table, "sha256", rows), rows, strict=True):
        _refuse(census, owner.setdefault(digest, int(census.patient[row])), int(row))
    wanted = pa.array(owner, pa.string())
    start = 0
    for group in table.groups(["sha256"]):
        found = np.flatnonzero(pc.is_in(group.column(0), wanted).to_numpy())
        for place, digest in zip(found, group.column(0).take(found).to_pylist(), strict=True):
            if census.patient[start + place] != NOBODY:
                _refuse(census, owner[digest], start + int(place))
        start += len(group)


def _refuse(census: Census, owner: int, row: int) -> None:
    if census.patient[row] != owner:
        names = [census.patient_ids[owner], census.patient_ids[census.patient[row]]]
        raise LeakageError(
            f"One picture stands under two patients, {names[0]!r} and {names[1]!r}.",
            hint="Merge duplicate pictures and patients in images.csv, then embed anew.",
        )


def texts_of(table: EmbeddingTable, column: str, rows: NDArray[np.intp]) -> list[str]:
    """A column of some rows, ascending."""
    found: list[str] = []
    start = 0
    for group in table.groups([column]):
        inside = rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + len(group))]
        found += group.column(0).take(inside - start).to_pylist()
        start += len(group)
    return found
