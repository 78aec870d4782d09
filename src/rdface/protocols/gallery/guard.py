"""Guards of the gallery: what must be seen neither by the metric nor in the gallery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rdface.errors import LeakageError
from rdface.protocols.gallery.split import NAME, GalleryFold, GallerySplit
from rdface.protocols.leakage import check_leakage, find_leaks
from rdface.protocols.split import Fold, Ids, Split

if TYPE_CHECKING:
    import pandas as pd


def check_gallery(split: GallerySplit, images: pd.DataFrame) -> None:
    """Raise on a leak, by the guard of all protocols, asked twice.

    First: no patient, picture or descendant of a probe in gallery or metric. Second: no patient,
    picture or condition of the rare ones (gallery or probe) in what trains the metric; nor does
    the inner split share a patient or a condition.

    Raises:
        LeakageError: It names images, patients and folds.
    """
    known = dict(zip(images["image_id"], images["condition"], strict=True))
    first = tuple(_as_fold(split, fold, fold.gallery, (), fold.probes) for fold in split.folds)
    check_leakage(Split(NAME, split.seed, split.cohort_sha256, first), images)
    rare = set(split.rare)
    second = tuple(
        _as_fold(
            split,
            fold,
            fold.train,
            fold.validation,
            fold.rare + tuple(image for image in fold.probes if known[image] in rare),
        )
        for fold in split.folds
    )
    leaks = find_leaks(Split(NAME, split.seed, split.cohort_sha256, second), images)
    # That rare conditions are untrained is the point here.
    found = [str(leak) for leak in leaks if leak.kind != "untrained condition"]
    found += [str(leak) for fold in split.folds for leak in _shared_conditions(fold, known, rare)]
    if found:
        listed = "\n".join(f"  {leak}" for leak in found[:5])
        raise LeakageError(
            f"The gallery's metric sees what it must not:\n{listed}",
            hint="Merge duplicate pictures and patients in images.csv, then make the split anew.",
        )


def _as_fold(
    split: GallerySplit, fold: GalleryFold, train: Ids, validation: Ids, test: Ids
) -> Fold:
    return Fold(NAME, split.seed, fold.repeat, fold.index, train, validation, test)


def _shared_conditions(fold: GalleryFold, known: Mapping[str, str], rare: set[str]) -> list[str]:
    train, validation = ({known[i] for i in part} for part in (fold.train, fold.validation))
    where = f"repeat {fold.repeat}, fold {fold.index}"
    wrong = [f"{where}: rare condition {name!r} trains" for name in (train | validation) & rare]
    return sorted(wrong + [f"{where}: {name!r} chooses and trains" for name in train & validation])
