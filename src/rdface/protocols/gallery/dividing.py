"""Protocol of the gallery: who trains the metric, who only stands in the gallery, who is searched.

After Hsieh et al., "GestaltMatcher facilitates rare disease matching using facial phenotype
descriptors", Nature Genetics 2022: conditions with many patients train what "similar" means, those
with few are only filed, and probes of both kinds are searched among the frequent ones, the rare
ones, and all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from rdface.errors import UsageError
from rdface.protocols.dealing import deal_patients, shuffled
from rdface.protocols.gallery.guard import check_gallery
from rdface.protocols.gallery.split import NAME, GalleryFold, GallerySplit
from rdface.protocols.options import check_whole
from rdface.protocols.patients import Subject, patients_by_condition, subjects_of
from rdface.protocols.split import Ids

if TYPE_CHECKING:
    import pandas as pd

FREQUENT_FROM = 4
"""Patients from which on a condition is frequent.

GestaltMatcher's 7 leaves 4 of the 103 conditions of ``sim103`` (1 to 7 patients each) to learn
from. At 4 there are 56 frequent conditions with 259 patients and 42 rare ones with 122, near
GestaltMatcher's own halves (139 and 118 conditions), and three patients at least remain to learn
from while a fourth is searched; at 5 only 22 conditions with 123 patients would be frequent.
"""


def divide_gallery(
    images: pd.DataFrame,
    *,
    seed: int = 0,
    cohort_sha256: str = "",
    frequent_from: int = FREQUENT_FROM,
    repeats: int = 5,
    folds: int = 5,
    inner_folds: int = 4,
) -> GallerySplit:
    """Search every patient of every condition with two patients or more once a repeat.

    Patients are dealt over the folds (``deal_patients`` in ``dealing.py``), frequent and rare
    ones apart; whoever is dealt to a fold is its probe, all others are its gallery. So whenever a
    patient is searched, another one of the condition is in the gallery. Conditions with one
    patient stand in every gallery, where they can be mistaken for others. In each fold one in
    ``inner_folds`` of the frequent *conditions* becomes the validation: the metric is chosen by
    how well it serves conditions that it was not fitted on, for that is what a gallery is for.

    Synthetic images (``synthetic_of``) are left out.

    Args:
        images: ``image_id``, ``patient_id``, ``condition``, ``synthetic_of``, ``sha256``.
        seed: Seeds the shuffles.
        cohort_sha256: Noted in the split.
        frequent_from: At least 3, so that two patients remain beside the one who is searched.
        repeats: How often all patients are dealt anew, at least 1.
        folds: Folds a repeat, at least 2.
        inner_folds: At least 2.

    Raises:
        CohortError: An image without patient or condition, or a patient with two conditions.
        UsageError: An option that is no such number; too few frequent conditions, or no rare one
            that can be searched.
        LeakageError: A picture that stands on two sides.
    """
    for name, value, least in (
        ("frequent_from", frequent_from, 3),
        ("repeats", repeats, 1),
        ("folds", folds, 2),
        ("inner_folds", inner_folds, 2),
    ):
        check_whole(NAME, name, value, least=least)
    made_up = images["synthetic_of"] != ""
    subjects = subjects_of(images[~made_up])
    patients = patients_by_condition(subjects)
    frequent = {name: ids for name, ids in patients.items() if len(ids) >= frequent_from}
    rare = {name: ids for name, ids in patients.items() if name not in frequent}
    searched = {name: ids for name, ids in rare.items() if len(ids) > 1}
    _check_sizes(patients, frequent, searched, frequent_from, inner_folds)
    made = []
    for repeat in range(repeats):
        fold_of = deal_patients(frequent, folds, seed, "gallery-frequent", repeat)
        fold_of |= deal_patients(searched, folds, seed, "gallery-rare", repeat)
        for index in range(folds):
            held_out = draw_held_out(frequent, inner_folds, seed, repeat, index)
            probes = {patient for patient, fold in fold_of.items() if fold == index}
            made.append(_fold(subjects, probes, frequent, held_out, repeat, index))
    split = GallerySplit(
        seed=seed,
        cohort_sha256=cohort_sha256,
        frequent_from=frequent_from,
        frequent=tuple(sorted(frequent)),
        rare=tuple(sorted(rare)),
        unprobed=tuple(sorted(rare.keys() - searched.keys())),
        left_out=tuple(sorted(images.loc[made_up, "image_id"])),
        folds=tuple(made),
    )
    check_gallery(split, images)
    return split


def divide_for_metric(
    images: pd.DataFrame,
    *,
    seed: int = 0,
    frequent_from: int = FREQUENT_FROM,
    inner_folds: int = 4,
) -> tuple[Ids, Ids]:
    """The images that a metric is fitted on where nobody is held back to be searched.

    Args:
        images: As for :func:`divide_gallery`.
        seed: Seeds the shuffle.
        frequent_from: Patients from which on a condition trains, at least 2.
        inner_folds: One in so many of the frequent conditions is validation.

    Returns:
        Training ids, and validation ids of other conditions.

    Raises:
        CohortError: As :func:`divide_gallery`.
        UsageError: Too few frequent conditions.
    """
    check_whole(NAME, "frequent_from", frequent_from, least=2)
    check_whole(NAME, "inner_folds", inner_folds, least=2)
    subjects = subjects_of(images[images["synthetic_of"] == ""])
    patients = patients_by_condition(subjects)
    frequent = {name for name, ids in patients.items() if len(ids) >= frequent_from}
    _check_frequent(patients, frequent, frequent_from, inner_folds, least=2)
    held_out = draw_held_out(frequent, inner_folds, seed)
    return (
        tuple(i for i, _, name in subjects if name in frequent and name not in held_out),
        tuple(i for i, _, name in subjects if name in held_out),
    )


def draw_held_out(frequent: Collection[str], inner_folds: int, *key: object) -> set[str]:
    """One in ``inner_folds`` of the frequent conditions, rounded down, but one at least."""
    order = shuffled(frequent, *key, "gallery-inner")
    return set(order[: max(1, len(order) // inner_folds)])


def _check_sizes(
    patients: Mapping[str, set[str]],
    frequent: Collection[str],
    searched: Mapping[str, set[str]],
    frequent_from: int,
    inner_folds: int,
) -> None:
    _check_frequent(patients, frequent, frequent_from, inner_folds, least=3)
    if not searched:
        raise UsageError(
            f"No rare condition can be searched: none has 2 to {frequent_from - 1} patients.",
            hint="Raise frequent_from.",
        )


def _check_frequent(
    patients: Mapping[str, set[str]],
    frequent: Collection[str],
    frequent_from: int,
    inner_folds: int,
    *,
    least: int,
) -> None:
    """``least`` is the lowest ``frequent_from`` that there is."""
    wanted = max(inner_folds, 3)
    if len(frequent) >= wanted:
        return
    sizes = sorted(map(len, patients.values()), reverse=True)
    highest = sizes[wanted - 1] if len(sizes) >= wanted else 0
    raise UsageError(
        f"{len(frequent)} conditions have {frequent_from} patients or more; a metric needs"
        f" {wanted} to learn from and to be chosen by.",
        hint=f"Lower frequent_from to {highest}."
        if highest >= least
        else f"{sum(size >= least for size in sizes)} conditions have {least} patients or more, and"
        " frequent_from can be no lower. Take a cohort with more such conditions, or, to file a"
        " gallery, a metric that learns nothing: cosine.",
    )


def _fold(
    subjects: Sequence[Subject],
    probes: set[str],
    frequent: Collection[str],
    held_out: set[str],
    repeat: int,
    index: int,
) -> GalleryFold:
    filed = [(image, name) for image, patient, name in subjects if patient not in probes]
    return GalleryFold(
        repeat=repeat,
        index=index,
        train=tuple(i for i, name in filed if name in frequent and name not in held_out),
        validation=tuple(i for i, name in filed if name in held_out),
        rare=tuple(i for i, name in filed if name not in frequent),
        probes=tuple(image for image, patient, _ in subjects if patient in probes),
    )
