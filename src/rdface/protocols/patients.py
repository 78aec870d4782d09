"""The patients of each condition, after making sure that each has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.errors import CohortError, UsageError

if TYPE_CHECKING:
    import pandas as pd

Subject = tuple[str, str, str]
"""Image, patient, condition."""


def subjects_of(real: pd.DataFrame) -> list[Subject]:
    """The rows of a table of images, in order."""
    return list(zip(real["image_id"], real["patient_id"], real["condition"], strict=True))


def divisible_patients(subjects: list[Subject], protocol: str) -> dict[str, set[str]]:
    """Condition -> its patients, for conditions with two or more: the others train only.

    Raises:
        UsageError: There is no such condition; ``protocol`` says whose error it is.
        CohortError: See :func:`patients_by_condition`.
    """
    patients = patients_by_condition(subjects)
    divisible = {name: ids for name, ids in patients.items() if len(ids) > 1}
    if not divisible:
        raise UsageError(
            f"Protocol {protocol!r} has nothing to test: no condition has two patients.",
            hint="Check that patient_id names patients, not conditions.",
        )
    return divisible


def patients_by_condition(subjects: list[Subject]) -> dict[str, set[str]]:
    """Condition -> its patients.

    Raises:
        CohortError: An image without patient or condition, or a patient with two conditions.
    """
    patients: dict[str, set[str]] = {}
    condition_of: dict[str, str] = {}
    for image, patient, condition in subjects:
        if not patient or not condition:
            missing = "condition" if patient else "patient_id"
            raise CohortError(
                f"Image {image!r} has no {missing}; it cannot be placed.",
                hint="Only the patient's id can keep one patient out of both training and test.",
            )
        known = condition_of.setdefault(patient, condition)
        if known != condition:
            raise CohortError(
                f"Patient {patient!r} has two conditions, {known!r} and {condition!r}"
                f" (image {image!r}).",
                hint="Give two patients two ids.",
            )
        patients.setdefault(condition, set()).add(patient)
    return patients
