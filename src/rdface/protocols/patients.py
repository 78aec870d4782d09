"""The patients of each condition, after making sure that each has one."""

from __future__ import annotations

from rdface.errors import CohortError

Subject = tuple[str, str, str]
"""Image, patient, condition."""


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
