"""Frequent conditions train, rare ones are only filed, and who is searched stands nowhere else."""

from __future__ import annotations

import dataclasses
import json

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import load_cohort
from rdface.errors import LeakageError, UsageError
from rdface.protocols.gallery import (
    GallerySplit,
    check_gallery,
    divide_for_metric,
    divide_gallery,
)


def table(patients: list[int], images: int = 1) -> pd.DataFrame:
    """One condition for each number of patients."""
    rows = [
        (f"C{c:02d}.p{p}.i{i}", f"C{c:02d}.p{p}", f"C{c:02d}")
        for c, n in enumerate(patients)
        for p in range(n)
        for i in range(images)
    ]
    made = pd.DataFrame(rows, columns=["image_id", "patient_id", "condition"])
    made["sha256"] = [f"{number:064x}" for number in range(len(made))]
    made["synthetic_of"] = ""
    return made


@settings(max_examples=15)
@given(
    counts=st.lists(st.integers(1, 8), min_size=0, max_size=8),
    images=st.integers(1, 3),
    seed=st.integers(0, 99),
    folds=st.integers(2, 6),
)
def test_whatever_the_cohort_nobody_stands_on_two_sides(
    counts: list[int], images: int, seed: int, folds: int
) -> None:
    """Patients and roles, for any numbers of patients, pictures and folds."""
    frame = table([4, 5, 6, 4, 2, 3, 1, *counts], images)
    split = divide_gallery(frame, seed=seed, repeats=2, folds=folds)
    patient = dict(zip(frame["image_id"], frame["patient_id"], strict=True))
    condition = dict(zip(frame["image_id"], frame["condition"], strict=True))
    n = frame.groupby("condition")["patient_id"].nunique()
    assert set(split.frequent) == set(n[n >= 4].index)
    assert set(split.unprobed) == set(n[n == 1].index) <= set(split.rare)
    for fold in split.folds:
        parts = (fold.train, fold.validation, fold.rare, fold.probes)
        assert sorted(image for part in parts for image in part) == sorted(frame["image_id"])
        filed = {patient[image] for image in fold.gallery}
        assert not filed & {patient[image] for image in fold.probes}
        trained = {condition[image] for image in fold.train}
        chose = {condition[image] for image in fold.validation}
        assert not trained & chose
        assert trained | chose == set(split.frequent)
        assert {condition[image] for image in fold.rare} == set(split.rare)
        assert {condition[i] for i in fold.probes} <= {condition[i] for i in fold.gallery}
    searched = n[n > 1].index
    for repeat in (0, 1):
        asked = [i for fold in split.folds if fold.repeat == repeat for i in fold.probes]
        assert sorted(asked) == sorted(frame["image_id"][frame["condition"].isin(searched)])


def test_the_shipped_cohort_is_divided_near_the_halves_of_gestaltmatcher() -> None:
    """What docs/gallery.md says of the threshold."""
    cohort = load_cohort("sim103")
    split = divide_gallery(cohort.images, cohort_sha256=cohort.sha256)
    assert (len(split.frequent), len(split.rare), len(split.unprobed)) == (56, 47, 5)
    n = cohort.images.groupby("condition")["patient_id"].nunique()
    assert n[list(split.frequent)].sum() == 259
    assert n[list(split.rare)].sum() == 127


def test_a_split_is_its_seed_and_survives_json() -> None:
    frame = table([4, 5, 6, 4, 2, 3, 1])
    split = divide_gallery(frame, seed=3)
    again = divide_gallery(frame.iloc[::-1], seed=3)
    assert [set(f.probes) for f in split.folds] == [set(f.probes) for f in again.folds]
    assert divide_gallery(frame, seed=4).sha256 != split.sha256
    read = GallerySplit.from_dict(json.loads(json.dumps(split.to_dict())))
    assert read == split
    assert read.sha256 == split.sha256


def test_synthetic_pictures_are_left_out() -> None:
    frame = table([4, 5, 6, 5, 4, 2, 3])
    frame.loc[0, "synthetic_of"] = frame.loc[1, "image_id"]
    split = divide_gallery(frame)
    assert split.left_out == (frame.loc[0, "image_id"],)
    assert all(frame.loc[0, "image_id"] not in fold.gallery + fold.probes for fold in split.folds)


@pytest.mark.parametrize(
    ("counts", "options", "said"),
    [
        ([4, 4, 4], {}, "a metric needs 4"),
        ([4, 4, 4, 4], {}, "none has 2 to 3"),
        ([4, 4, 4, 4, 2], {"frequent_from": 2}, "at least 3"),
        ([4, 4, 4, 4, 2], {"folds": 1}, "at least 2"),
        ([4, 4, 4, 4, 2], {"repeats": True}, "at least 1"),
    ],
)
def test_what_cannot_be_divided_is_said(counts: list[int], options: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        divide_gallery(table(counts), **options)


@pytest.mark.parametrize(
    ("counts", "options", "said"),
    [
        ([9, 5, 4, 3, 2], {"frequent_from": 9}, "Lower frequent_from to 3."),
        ([2, 2, 1, 1], {"frequent_from": 2}, "2 conditions have 2 patients or more, and"),
        ([9, 9], {"frequent_from": 4}, "can be no lower"),
    ],
)
def test_what_would_do_for_a_metric_is_said(counts: list[int], options: dict, said: str) -> None:
    """A lower frequent_from only where one would do, and which."""
    with pytest.raises(UsageError) as found:
        divide_for_metric(table(counts), **options)
    assert found.value.hint is not None and said in found.value.hint
    assert ("Lower" in found.value.hint) == ("Lower" in said)


def test_the_guard_names_a_picture_on_two_sides() -> None:
    """A picture twice, under two conditions, somewhere is in gallery and probes at once."""
    frame = table([4, 5, 6, 5, 4, 2, 3])
    frame.loc[0, "sha256"] = frame.loc[len(frame) - 1, "sha256"]
    with pytest.raises(LeakageError, match="duplicate picture"):
        divide_gallery(frame)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda f: {"train": f.train + f.probes[:1]}, "shared image"),
        (lambda f: {"rare": f.rare + f.probes[:1]}, "shared image"),
        (lambda f: {"train": f.train + f.rare[:1]}, "shared image"),
        (lambda f: {"train": f.train + f.rare[:1], "rare": f.rare[1:]}, "trains"),
        (
            lambda f: {
                "train": f.train + f.validation[:1],
                "validation": f.validation[1:],
            },
            "chooses and trains",
        ),
    ],
    ids=["probe trains", "probe is filed", "rare trains, too", "rare trains", "inner"],
)
def test_every_way_to_leak_is_caught(harm, said: str) -> None:  # noqa: ANN001
    """A sound split, harmed in one place."""
    frame = table([4, 5, 6, 5, 4, 2, 3])
    split = divide_gallery(frame)
    check_gallery(split, frame)
    first = split.folds[0]
    folds = (dataclasses.replace(first, **harm(first)), *split.folds[1:])
    with pytest.raises(LeakageError, match=said):
        check_gallery(dataclasses.replace(split, folds=folds), frame)
