"""Fewer real images: a fold whose training part is cut down to so many of each condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rdface.protocols.dealing import shuffled
from rdface.protocols.split import Fold, Ids

if TYPE_CHECKING:
    import pandas as pd

    from rdface.bench.augmentation.plan import Regime


def first_images(
    images: pd.DataFrame, training_ids: Sequence[str], regime: Regime, seed: int
) -> Ids:
    """So many training images of each condition; all of a condition that has fewer.

    Patients and their images are shuffled by keyed hash, and come in turns: each patient's first
    image, then each one's second. So a regime holds the smaller ones, whatever else is in the
    cohort, and two images are two patients wherever there are two.

    Args:
        images: The cohort's table.
        training_ids: The fold's training part; no other row is looked at.
        regime: How many, or ``all``.
        seed: Of the shuffles.

    Returns:
        Ids in the order of ``training_ids``.
    """
    if regime == "all":
        return tuple(training_ids)
    wanted = set(training_ids)
    of_patient: dict[str, dict[str, list[str]]] = {}
    rows = images[images["image_id"].isin(wanted)]
    for image, patient, condition in zip(
        rows["image_id"], rows["patient_id"], rows["condition"], strict=True
    ):
        of_patient.setdefault(condition, {}).setdefault(patient, []).append(image)
    kept: set[str] = set()
    for condition, patients in of_patient.items():
        order = shuffled(patients, seed, "regime", condition)
        own = [shuffled(patients[patient], seed, "regime", patient) for patient in order]
        turns = [
            each[turn] for turn in range(max(map(len, own))) for each in own if turn < len(each)
        ]
        kept.update(turns[:regime])
    return tuple(image for image in training_ids if image in kept)


def in_regime(fold: Fold, images: pd.DataFrame, regime: Regime, seed: int) -> Fold:
    """The same fold with a smaller training part; validation and test stay as they are."""
    return Fold(
        protocol=fold.protocol,
        seed=fold.seed,
        repeat=fold.repeat,
        index=fold.index,
        train=first_images(images, fold.train, regime, seed),
        validation=fold.validation,
        test=fold.test,
    )
