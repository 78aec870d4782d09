"""Protocol ``strict``: repeated, stratified, patient-grouped cross-validation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rdface.protocols.dealing import deal_patients
from rdface.protocols.options import check_choice, check_whole
from rdface.protocols.patients import (
    Subject,
    divisible_patients,
    patients_by_condition,
    subjects_of,
)
from rdface.protocols.protocol import PROTOCOLS
from rdface.protocols.split import Fold, Split, never_tested
from rdface.protocols.synthetic import with_descendants

if TYPE_CHECKING:
    import pandas as pd


@PROTOCOLS.register("strict")
def strict(
    images: pd.DataFrame,
    *,
    seed: int = 0,
    cohort_sha256: str = "",
    repeats: int = 5,
    folds: int = 5,
    inner_folds: int = 4,
    synthetic: Literal["none", "train"] = "none",
) -> Split:
    """Test every image of every condition with two patients or more, once a repeat.

    Patients, not images, are dealt over the folds (``deal_patients`` in ``dealing.py``), which
    guarantees what StratifiedGroupKFold does not: whenever a condition is tested, another patient
    of it is in the training part. Conditions with one patient train only. The inner split deals
    the patients outside the test fold anew, over ``inner_folds``, and takes the first part as
    validation; conditions with one patient left there stay in training.

    The split depends on the ids of the tested patients, their conditions and the seed; the order
    of rows only decides the order in which ids are listed. Synthetic images (``synthetic_of``) are
    never tested and never validate.

    Args:
        images: See :class:`~rdface.protocols.Protocol`.
        seed: Seeds the shuffles.
        cohort_sha256: Noted in the split.
        repeats: How often the whole cross-validation is repeated, each with its own deal; at least
            1.
        folds: Folds a repeat, at least 2.
        inner_folds: One part in so many of what is left is validation, at least 2.
        synthetic: ``none`` leaves synthetic images out; ``train`` adds to each training part those
            that stem from images in that part alone.

    Raises:
        CohortError: An image without patient or condition, or a patient with two conditions.
        UsageError: An option that is no such number, or no condition with two patients.
    """
    check_whole("strict", "repeats", repeats, least=1)
    check_whole("strict", "folds", folds, least=2)
    check_whole("strict", "inner_folds", inner_folds, least=2)
    check_choice("strict", "synthetic", synthetic, ("none", "train"))
    made_up = images["synthetic_of"] != ""
    real = images[~made_up]
    subjects = subjects_of(real)
    tested = divisible_patients(subjects, "strict")
    made = []
    for repeat in range(repeats):
        fold_of = deal_patients(tested, folds, seed, "strict", repeat)
        for index in range(folds):
            test = {patient for patient, fold in fold_of.items() if fold == index}
            rest = [subject for subject in subjects if subject[1] not in test]
            validation = _validation_patients(rest, inner_folds, seed, repeat, index)
            made.append(
                Fold(
                    protocol="strict",
                    seed=seed,
                    repeat=repeat,
                    index=index,
                    train=tuple(image for image, patient, _ in rest if patient not in validation),
                    validation=tuple(image for image, patient, _ in rest if patient in validation),
                    test=tuple(image for image, patient, _ in subjects if patient in test),
                )
            )
    if synthetic == "train":
        made = [with_descendants(fold, images) for fold in made]
    used = {image for fold in made for image in fold.development}
    return Split(
        protocol="strict",
        seed=seed,
        cohort_sha256=cohort_sha256,
        folds=tuple(made),
        train_only=never_tested({image: condition for image, _, condition in subjects}, made),
        left_out=tuple(sorted(set(images.loc[made_up, "image_id"]) - used)),
    )


def _validation_patients(
    rest: list[Subject], inner_folds: int, seed: int, repeat: int, index: int
) -> set[str]:
    left = patients_by_condition(rest)
    divisible = {name: ids for name, ids in left.items() if len(ids) > 1}
    fold_of = deal_patients(divisible, inner_folds, seed, "strict-inner", repeat, index)
    return {patient for patient, fold in fold_of.items() if fold == 0}
