"""Give out folds, and extend them by those who came later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rdface.errors import UsageError
from rdface.protocols.dealing import deal_patients
from rdface.protocols.options import check_whole
from rdface.protocols.patients import (
    Subject,
    divisible_patients,
    patients_by_condition,
    subjects_of,
)
from rdface.protocols.release.folds import Placed, ReleasedFolds
from rdface.protocols.release.joining import Moved, Placement, place

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Extension:
    """What happened since a file of folds was written.

    Attributes:
        folds: The file, extended.
        placement: Where everybody is now.
        joined: Patients who joined by hash.
        renamed: Former id -> ids that have its folds now.
        left: Patients of the file who are in the cohort no more, under no id.
        new_images: Ids of images that the file did not have, of patients that it had.
        moved: Images that changed their fold.
    """

    folds: ReleasedFolds
    placement: Placement
    joined: tuple[str, ...]
    renamed: dict[str, tuple[str, ...]]
    left: tuple[str, ...]
    new_images: tuple[str, ...]
    moved: tuple[Moved, ...]


def release_folds(
    images: pd.DataFrame,
    *,
    name: str,
    version: str,
    cohort_sha256: str,
    seed: int = 0,
    n_folds: int = 5,
    repeats: int = 5,
) -> ReleasedFolds:
    """Deal all patients over folds as protocol ``strict`` does, and write down who is where.

    Patients of conditions with two patients or more are dealt as under ``strict`` with the same
    seed, so that the test folds of the release are those of ``strict``. Patients who are alone in
    their condition have a fold as well, dealt apart, for a condition may gain a second patient.

    Args:
        images: The cohort's image table; synthetic images have no place of their own.
        name: The cohort's name.
        version: Its version.
        cohort_sha256: Its hash.
        seed: Seeds the deal.
        n_folds: Folds a repeat, at least 3.
        repeats: Deals, at least 1.

    Raises:
        UsageError: An option is no such number, or no condition has two patients.
        CohortError: An image without a patient, or a patient with two conditions.
    """
    check_whole("released", "folds", n_folds, least=3)
    check_whole("released", "repeats", repeats, least=1)
    subjects = subjects_of(images[images["synthetic_of"] == ""])
    tested = divisible_patients(subjects, "released")
    patients = patients_by_condition(subjects)
    alone = {name: ids for name, ids in patients.items() if name not in tested}
    deals = [
        deal_patients(tested, n_folds, seed, "strict", repeat)
        | deal_patients(alone, n_folds, seed, "released-alone", repeat)
        for repeat in range(repeats)
    ]
    counts = {
        condition: tuple(
            tuple(sum(deal[patient] == fold for patient in ids) for fold in range(n_folds))
            for deal in deals
        )
        for condition, ids in patients.items()
    }
    folds = {patient: tuple(deal[patient] for deal in deals) for patient in deals[0]}
    return ReleasedFolds(
        cohort=name,
        version=version,
        cohort_sha256=cohort_sha256,
        seed=seed,
        n_folds=n_folds,
        released=dict(sorted(counts.items())),
        patients=_placed(folds, subjects, {}, "", forget=True),
    )


def extend_folds(
    released: ReleasedFolds, images: pd.DataFrame, *, version: str, forget: bool = False
) -> Extension:
    """Write down who joined; nobody moves whose patient id the file has.

    The extended file gives every patient the same folds as the file did that it was made from,
    and so does every file in between. An image that goes to another patient (two patients were
    found to be one) is listed in :attr:`Extension.moved`.

    Args:
        released: The file, the first one or an extended one.
        images: The cohort's image table as it is now.
        version: The cohort's version now, noted for those who join.
        forget: Drop the ids of those who left. One who comes back then joins by hash.

    Raises:
        UsageError: The file has no patient of the cohort.
        CohortError: An image without a patient, or a patient with two conditions.
    """
    subjects = subjects_of(images[images["synthetic_of"] == ""])
    placement = place(released, subjects)
    if all(how == "joined" for how in placement.how.values()):
        raise UsageError(
            f"The folds are those of {released.cohort} {released.version}, and the cohort has no"
            " patient and no image in common with them.",
            hint="Give the folds of this cohort, or release new ones with --release.",
        )
    taken = {image for image, _, _ in subjects}
    here = _placed(placement.folds, subjects, released.patients, version, forget=forget)
    gone = {
        who: placed.model_copy(
            update={"images": tuple(image for image in placed.images if image not in taken)}
        )
        for who, placed in released.patients.items()
        if who not in here
    }
    owner = {image: who for who, placed in released.patients.items() for image in placed.images}
    heirs: dict[str, dict[str, None]] = {}
    for image, patient, _ in subjects:
        if image in owner and owner[image] not in here:
            heirs.setdefault(owner[image], {})[patient] = None
    kept = {} if forget else gone
    return Extension(
        folds=released.model_copy(
            update={"extended_to": version, "patients": dict(sorted((here | kept).items()))}
        ),
        placement=placement,
        joined=tuple(who for who, how in placement.how.items() if how == "joined"),
        renamed={who: tuple(ids) for who, ids in sorted(heirs.items())},
        left=tuple(sorted(who for who in gone if who not in heirs)),
        new_images=tuple(
            image
            for image, patient, _ in subjects
            if image not in owner and placement.how[patient] != "joined"
        ),
        moved=placement.moved,
    )


def _placed(
    folds: dict[str, tuple[int, ...]],
    subjects: Iterable[Subject],
    known: dict[str, Placed],
    version: str,
    *,
    forget: bool,
) -> dict[str, Placed]:
    images: dict[str, list[str]] = {}
    condition_of: dict[str, str] = {}
    for image, patient, condition in subjects:
        images.setdefault(patient, []).append(image)
        condition_of[patient] = condition
    taken = {image for image, _, _ in subjects}
    for patient in images.keys() & known.keys():
        # An image that is out of the cohort for a while still tells whose it was.
        away = () if forget else known[patient].images
        images[patient] += [image for image in away if image not in taken]
    return {
        patient: Placed(
            condition=condition_of[patient],
            folds=folds[patient],
            images=tuple(sorted(ids)),
            joined=known[patient].joined if patient in known else version,
        )
        for patient, ids in sorted(images.items())
    }
