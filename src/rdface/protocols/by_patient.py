"""The same shape as the paper's division, with patients dealt instead of images drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.protocols.dealing import deal_patients
from rdface.protocols.division import Division
from rdface.protocols.patients import divisible_patients, patients_by_condition, subjects_of

if TYPE_CHECKING:
    import pandas as pd


def divide_by_patient(
    real: pd.DataFrame,
    *,
    seed: int,
    folds: int,
    test_share: float,
    joining: pd.DataFrame | None = None,
) -> Division:
    """Test one part of the patients, and let each of ``folds`` parts of the others validate once.

    Conditions with one patient train only, and so does, in every fold, the patient who is the only
    one of a condition that is left for training.

    Args:
        real: The real images' ids, patients and conditions.
        seed: Seeds the shuffles.
        folds: Parts of the patients who are not tested.
        test_share: Patients are dealt over as many parts as come nearest to this share.
        joining: Must be None: synthetic images have no patients to deal.

    Raises:
        UsageError: No condition has two patients.
        CohortError: An image without a patient, or a patient with two conditions.
    """
    assert joining is None  # noqa: S101 - protocol `paper` refuses it
    subjects = subjects_of(real)
    divisible = divisible_patients(subjects, "paper")
    parts = max(2, round(1 / test_share))
    tested = {
        patient
        for patient, part in deal_patients(divisible, parts, seed, "paper").items()
        if part == 0
    }
    rest = [subject for subject in subjects if subject[1] not in tested]
    left = {name: ids for name, ids in patients_by_condition(rest).items() if len(ids) > 1}
    fold_of = deal_patients(left, folds, seed, "paper-validation")
    return Division(
        tuple(image for image, patient, _ in subjects if patient in tested),
        tuple(
            (
                tuple(image for image, patient, _ in rest if fold_of.get(patient) != fold),
                tuple(image for image, patient, _ in rest if fold_of.get(patient) == fold),
            )
            for fold in range(folds)
        ),
    )
