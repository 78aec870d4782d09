"""The guard finds each kind of leak and names who is concerned."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from rdface.errors import LeakageError
from rdface.protocols import PROTOCOLS, Fold, Split, check_leakage, distinct, find_leaks
from rdface.protocols.release import release_folds, write_folds


@pytest.fixture
def images(make_images) -> pd.DataFrame:  # noqa: ANN001
    """Three conditions; A.p0 has two images."""
    return make_images({"A": [2, 1, 1], "B": [1, 1, 1], "C": [1]})


def split_of(train: list[str], validation: list[str], test: list[str], **fields: bool) -> Split:
    """A split of one fold."""
    fold = Fold("made", 0, 0, 0, tuple(train), tuple(validation), tuple(test))
    return dataclasses.replace(Split("made", 0, "", (fold,)), **fields)


def kinds(split: Split, images: pd.DataFrame) -> set[str]:
    """What the guard finds."""
    return {leak.kind for leak in find_leaks(split, images)}


TRAIN, VALIDATION, TEST = ["A.p0.i0", "A.p0.i1", "B.p0.i0"], ["B.p1.i0"], ["A.p1.i0", "B.p2.i0"]


def test_a_clean_split_passes(images: pd.DataFrame) -> None:
    """No leak, no error."""
    assert check_leakage(split_of(TRAIN, VALIDATION, TEST), images) == []


def test_one_patient_on_both_sides(images: pd.DataFrame) -> None:
    """The patient and both images are named."""
    split = split_of(["A.p0.i0", "B.p0.i0"], ["B.p1.i0"], ["A.p0.i1"])
    with pytest.raises(LeakageError, match=r"shared patient 'A\.p0'.*A\.p0\.i0.*A\.p0\.i1"):
        check_leakage(split, images)


def test_one_picture_under_two_names(images: pd.DataFrame) -> None:
    """Equal files of two "patients" are one picture."""
    images.loc[images["image_id"] == "A.p1.i0", "sha256"] = images.loc[0, "sha256"]
    with pytest.raises(LeakageError, match=r"duplicate picture.*A\.p0\.i0.*A\.p1\.i0"):
        check_leakage(split_of(TRAIN, VALIDATION, TEST), images)


def test_a_synthetic_child_of_a_test_image(images: pd.DataFrame) -> None:
    """Training on what was made from a test image, also over two generations."""
    images.loc[images["image_id"] == "A.p0.i0", "synthetic_of"] = "B.p0.i0|A.p1.i0"
    split = split_of(TRAIN, VALIDATION, TEST)
    assert kinds(split, images) == {"synthetic descendant"}
    with pytest.raises(LeakageError, match=r"A\.p0\.i0.*A\.p1\.i0"):
        check_leakage(split, images)
    images["synthetic_of"] = ""
    images.loc[images["image_id"] == "A.p0.i0", "synthetic_of"] = "C.p0.i0"
    images.loc[images["image_id"] == "C.p0.i0", "synthetic_of"] = "A.p1.i0"
    assert kinds(split, images) == {"synthetic descendant"}


def test_a_synthetic_child_of_another_image_of_a_test_patient(images: pd.DataFrame) -> None:
    """The parent image itself is in no fold, its patient is tested."""
    images.loc[images["image_id"] == "B.p0.i0", "synthetic_of"] = "A.p0.i1"
    split = split_of(["A.p2.i0", "B.p0.i0"], ["B.p1.i0"], ["A.p0.i0"])
    assert kinds(split, images) == {"synthetic descendant"}


def test_a_synthetic_image_is_no_test_image(images: pd.DataFrame) -> None:
    """Nor may a parent be a stranger, for then nobody can tell."""
    images.loc[images["image_id"] == "A.p1.i0", "synthetic_of"] = "B.p0.i0"
    assert kinds(split_of(TRAIN, VALIDATION, TEST), images) == {"synthetic test image"}
    images["synthetic_of"] = ""
    images.loc[images["image_id"] == "A.p0.i0", "synthetic_of"] = "who"
    assert kinds(split_of(TRAIN, VALIDATION, TEST), images) == {"unknown image"}


def test_overlaps_and_strangers(images: pd.DataFrame) -> None:
    """Shared images, an inner split that shares patients, unknown ids, untrained conditions."""
    assert "shared image" in kinds(split_of(TRAIN, VALIDATION, [*TEST, "B.p0.i0"]), images)
    assert "shared image" in kinds(split_of(TRAIN, ["B.p0.i0"], TEST), images)
    inner = split_of(["A.p0.i0", "B.p0.i0"], ["A.p0.i1"], ["A.p1.i0"])
    assert kinds(inner, images) == {"shared patient inside"}
    assert kinds(split_of(TRAIN, VALIDATION, ["who"]), images) == {"unknown image"}
    assert kinds(split_of(TRAIN, VALIDATION, ["C.p0.i0"]), images) == {"untrained condition"}


def test_a_protocol_that_promises_nothing_gets_a_report(images: pd.DataFrame) -> None:
    """Shared patients and descendants are tolerated and listed; a shared image never is."""
    split = split_of(["A.p0.i0", "B.p0.i0"], ["B.p1.i0"], ["A.p0.i1"], patient_grouped=False)
    (leak,) = check_leakage(split, images)
    assert (leak.kind, leak.source) == ("shared patient", "A.p0")
    images.loc[images["image_id"] == "B.p0.i0", "synthetic_of"] = "A.p0.i1"
    assert {leak.kind for leak in check_leakage(split, images)} == {
        "shared patient",
        "synthetic descendant",
    }
    with pytest.raises(LeakageError, match="synthetic descendant"):
        check_leakage(dataclasses.replace(split, patient_grouped=True), images)
    shared = split_of(["A.p0.i0", "B.p0.i0"], ["B.p1.i0"], ["A.p0.i0"], patient_grouped=False)
    with pytest.raises(LeakageError, match="shared image"):
        check_leakage(shared, images)


def test_every_protocol_keeps_its_promise(paper_shaped: pd.DataFrame, tmp_path: Path) -> None:
    """Whatever is registered with patient_grouped passes the guard."""
    file = tmp_path / "folds.json"
    about = {"name": "c", "version": "1", "cohort_sha256": ""}
    write_folds(file, release_folds(paper_shaped, seed=1, **about))
    for name in PROTOCOLS.names():
        options = {"folds": str(file)} if name == "released" else {}
        split = PROTOCOLS.get(name)(paper_shaped, seed=1, **options)
        assert bool(check_leakage(split, paper_shaped)) != split.patient_grouped


def test_a_source_counts_once_in_however_many_folds(images: pd.DataFrame) -> None:
    """Three folds with one test set find the same patient thrice, and a second one once."""
    one = split_of(["A.p0.i0", "B.p0.i0"], ["B.p1.i0"], ["A.p0.i1"], patient_grouped=False)
    other = dataclasses.replace(one.folds[0], index=3, test=("A.p1.i0", "C.p0.i0"))
    images.loc[images["image_id"] == "C.p0.i0", "patient_id"] = "B.p0"
    split = dataclasses.replace(one, folds=(*one.folds * 3, other))
    leaks = check_leakage(split, images)
    assert len(leaks) == 5
    assert distinct(leaks) == {"shared patient": 2, "untrained condition": 1}
    assert distinct([]) == {}
