"""Protocol ``paper``: its numbers, its leaks and its options; ids are in test_published.py."""

from __future__ import annotations

import pytest

from rdface.errors import UsageError
from rdface.protocols import PROTOCOLS, check_leakage

paper = PROTOCOLS.get("paper")


def test_456_images_with_five_single_ones_give_343_and_113(paper_shaped) -> None:  # noqa: ANN001
    """The paper's numbers; every fold has the same test images and all single images."""
    split = paper(paper_shaped)
    assert split.seed == 42
    assert len(split.folds) == 5
    for fold in split.folds:
        assert len(fold.development) == 343
        assert len(fold.test) == 113
        assert fold.test == split.folds[0].test
        assert {f"C00{n}.p0.i0" for n in range(5)} <= set(fold.train)
    validated = [image for fold in split.folds for image in fold.validation]
    assert len(validated) == len(set(validated)) == 338
    assert set(split.train_only) >= {f"C00{n}" for n in range(5)}
    assert split.fitted(split.folds[0]) == split.folds[0].train


def test_it_reports_the_patients_that_it_shares(paper_shaped) -> None:  # noqa: ANN001
    """F1: the guard returns the leaks instead of raising, because the split says so itself."""
    split = paper(paper_shaped)
    assert not split.patient_grouped
    kinds = {leak.kind for leak in check_leakage(split, paper_shaped)}
    assert "shared patient" in kinds


@pytest.mark.parametrize("seed", [0, 42])
def test_what_is_in_no_test_fold_is_said(paper_shaped, seed: int) -> None:  # noqa: ANN001
    """Single images, and those conditions that the stratified draw passed over."""
    split = paper(paper_shaped, seed=seed)
    condition = dict(zip(paper_shaped["image_id"], paper_shaped["condition"], strict=True))
    tested = {condition[image] for image in split.folds[0].test}
    assert set(split.train_only) == set(condition.values()) - tested
    assert list(split.train_only) == sorted(split.train_only)
    assert len(split.train_only) > 5


@pytest.mark.parametrize(
    ("option", "value"),
    [("folds", value) for value in (1, True, 5.0, "5", None)]
    + [("test_share", value) for value in (0.0, 1.0, 1, True, "0.25", float("nan"))],
)
def test_an_option_that_is_no_number_is_named(paper_shaped, option: str, value: object) -> None:  # noqa: ANN001
    """What a spec may hold by mistake gives one clear sentence."""
    with pytest.raises(UsageError, match=rf"Option '{option}' of protocol 'paper' must be"):
        paper(paper_shaped, **{option: value})


def test_too_few_images_are_refused(make_images) -> None:  # noqa: ANN001
    """scikit-learn's complaint comes as our error."""
    with pytest.raises(UsageError, match="cannot divide"):
        paper(make_images({"A": [2], "B": [2], "C": [2]}))
