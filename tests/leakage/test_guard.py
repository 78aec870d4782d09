"""Plant leaks into a split of protocol ``strict`` and see the guard raise."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from rdface.errors import LeakageError
from rdface.protocols import PROTOCOLS, Split, check_leakage


@pytest.fixture
def images(make_cohort) -> pd.DataFrame:  # noqa: ANN001
    """Four conditions of four patients with two images each."""
    return make_cohort(4, 4, 2)


@pytest.fixture
def split(images: pd.DataFrame) -> Split:
    """Clean."""
    made = PROTOCOLS.get("strict")(images, seed=0, repeats=2, folds=3)
    assert check_leakage(made, images) == []
    return made


def with_fold(split: Split, number: int, **parts: tuple[str, ...]) -> Split:
    """The split with parts of one fold replaced."""
    folds = list(split.folds)
    folds[number] = dataclasses.replace(folds[number], **parts)
    return dataclasses.replace(split, folds=tuple(folds))


def test_a_sibling_image_moved_into_training(images: pd.DataFrame, split: Split) -> None:
    """One of a test patient's two images goes to training."""
    fold = split.folds[4]
    moved = fold.test[0]
    planted = with_fold(split, 4, train=(*fold.train, moved), test=fold.test[1:])
    patient = moved.rsplit(".", 1)[0]
    with pytest.raises(LeakageError, match=rf"repeat 1, fold 1: shared patient '{patient}'"):
        check_leakage(planted, images)


def test_a_test_image_that_is_trained_on(images: pd.DataFrame, split: Split) -> None:
    """The image itself on both sides."""
    fold = split.folds[0]
    with pytest.raises(LeakageError, match="shared image"):
        check_leakage(with_fold(split, 0, train=(*fold.train, fold.test[0])), images)


def test_one_picture_under_two_patients(images: pd.DataFrame, split: Split) -> None:
    """The same file, published twice, in training and in test."""
    fold = split.folds[0]
    images.loc[images["image_id"] == fold.train[0], "sha256"] = images.loc[
        images["image_id"] == fold.test[0], "sha256"
    ].item()
    with pytest.raises(LeakageError, match="duplicate picture") as caught:
        check_leakage(split, images)
    assert fold.train[0] in caught.value.message
    assert fold.test[0] in caught.value.message


def test_a_synthetic_image_of_a_test_patient(images: pd.DataFrame, split: Split) -> None:
    """It joins the training of a fold that tests its parent."""
    fold = split.folds[0]
    child = images.iloc[[0]].assign(
        image_id="child", patient_id="child", sha256="f" * 64, synthetic_of=fold.test[0]
    )
    table = pd.concat([images, child], ignore_index=True)
    assert check_leakage(PROTOCOLS.get("strict")(table, seed=0), table) == []
    with pytest.raises(LeakageError, match=rf"synthetic descendant 'child'.*{fold.test[0]}"):
        check_leakage(with_fold(split, 0, train=(*fold.train, "child")), table)


def test_an_inner_split_that_divides_a_patient(images: pd.DataFrame, split: Split) -> None:
    """Hyper-parameters chosen on a patient who was trained on."""
    fold = split.folds[0]
    moved = fold.validation[0]
    planted = with_fold(split, 0, train=(*fold.train, moved), validation=fold.validation[1:])
    with pytest.raises(LeakageError, match="shared patient inside"):
        check_leakage(planted, images)


def test_the_papers_split_is_caught_as_soon_as_it_promises(images: pd.DataFrame) -> None:
    """Positive control: division by image leaks; the split says so itself, hence no error."""
    paper = PROTOCOLS.get("paper")(images, folds=2, divide_by="image")
    assert {leak.kind for leak in check_leakage(paper, images)} >= {"shared patient"}
    with pytest.raises(LeakageError, match="shared patient"):
        check_leakage(dataclasses.replace(paper, patient_grouped=True), images)
