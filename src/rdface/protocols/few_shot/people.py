"""Whose pictures are whose: the groups that must not stand in support and query at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rdface.errors import CohortError, LeakageError
from rdface.protocols.patients import patients_by_condition

if TYPE_CHECKING:
    import pandas as pd

People = Mapping[str, tuple[tuple[int, ...], ...]]
"""Condition -> its people, each the rows of that person's images; conditions sorted by name."""


def find_people(images: pd.DataFrame, *, by_image: bool = False) -> People:
    """Group the real images of each condition by person.

    A person is a patient, or several patients of a condition who share a picture (equal SHA-256):
    two ids for one child are kept together, for a query must never be its own support.

    Args:
        images: A cohort's image table; ``image_id``, ``patient_id``, ``condition``, ``sha256`` and
            ``synthetic_of`` are read. Synthetic images are left out.
        by_image: Take every image for a person of its own, as the paper does (flaw F1).

    Raises:
        CohortError: An image without patient or condition, or a patient with two conditions.
        LeakageError: One picture stands under two conditions.
    """
    columns = ("image_id", "patient_id", "condition", "sha256", "synthetic_of")
    table = list(zip(*(images[name] for name in columns), strict=True))
    real = [(row, *cells[:4]) for row, cells in enumerate(table) if cells[4] == ""]
    people: dict[str, list[tuple[int, ...]]] = {}
    if by_image:
        for row, image, _, condition, _ in real:
            if not condition:
                raise CohortError(f"Image {image!r} has no condition; it cannot be placed.")
            people.setdefault(condition, []).append((row,))
    else:
        patients_by_condition([cells[1:4] for cells in real])
        condition_of = {patient: condition for _, _, patient, condition, _ in real}
        pictures: dict[str, str] = {}
        leader: dict[str, str] = {}
        for _, image, patient, condition, digest in real:
            first = pictures.setdefault(digest, patient) if digest else patient
            if condition_of[first] != condition:
                raise LeakageError(
                    f"The picture of image {image!r} stands under two conditions,"
                    f" {condition_of[first]!r} and {condition!r}.",
                    hint="Take one of the two out: an episode with both would ask what it shows.",
                )
            leader.setdefault(patient, patient)
            leader[_root(leader, patient)] = _root(leader, first)
        grouped: dict[tuple[str, str], list[int]] = {}
        for row, _, patient, condition, _ in real:
            grouped.setdefault((condition, _root(leader, patient)), []).append(row)
        for (condition, _), rows in grouped.items():
            people.setdefault(condition, []).append(tuple(rows))
    return {condition: tuple(people[condition]) for condition in sorted(people)}


def qualifies(sizes: Sequence[int], shot: int, query: int) -> bool:
    """Whether people can be divided so that one side has ``shot`` images and the other ``query``.

    Args:
        sizes: Images of each person.
        shot: Images that one side needs.
        query: Images that the other needs.
    """
    reachable = {0}
    for size in sizes:
        reachable |= {held + size for held in reachable}
    return any(shot <= held <= sum(sizes) - query for held in reachable)


def _root(leader: dict[str, str], patient: str) -> str:
    while leader[patient] != patient:
        patient = leader[patient]
    return patient
