"""Protocol ``paper``: its numbers, its leaks and its options; ids are in test_by_image.py."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest

from rdface.errors import UsageError
from rdface.protocols import PROTOCOLS, check_leakage

paper = PROTOCOLS.get("paper")
published = partial(paper, divide_by="image")


def test_456_images_with_five_single_ones_give_343_and_113(paper_shaped) -> None:  # noqa: ANN001
    """The paper's numbers; every fold has the same test images and all single images."""
    split = published(paper_shaped)
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
    split = published(paper_shaped)
    assert not split.patient_grouped
    kinds = {leak.kind for leak in check_leakage(split, paper_shaped)}
    assert "shared patient" in kinds


@pytest.mark.parametrize("seed", [0, 42])
def test_what_is_in_no_test_fold_is_said(paper_shaped, seed: int) -> None:  # noqa: ANN001
    """Single images, and those conditions that the stratified draw passed over."""
    split = published(paper_shaped, seed=seed)
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
        published(make_images({"A": [2], "B": [2], "C": [2]}))


@pytest.mark.parametrize(
    ("option", "value"), [("divide_by", "face"), ("synthetic", "yes"), ("synthetic", None)]
)
def test_an_option_that_is_no_choice_is_named(paper_shaped, option: str, value: object) -> None:  # noqa: ANN001
    with pytest.raises(UsageError, match=rf"Option '{option}' of protocol 'paper' must be"):
        paper(paper_shaped, **{option: value})


def test_by_patient_nobody_stands_on_both_sides(paper_shaped) -> None:  # noqa: ANN001
    """Without the quirk: the same shape, no leak of any kind, and each patient validates once."""
    split = paper(paper_shaped)
    assert split.patient_grouped
    assert check_leakage(split, paper_shaped) == []
    assert len(split.folds) == 5
    assert 0.2 < len(split.folds[0].test) / 451 < 0.3
    assert {fold.test for fold in split.folds} == {split.folds[0].test}
    validated = [image for fold in split.folds for image in fold.validation]
    assert len(validated) == len(set(validated)) > 200


def with_synthetic(images: pd.DataFrame) -> pd.DataFrame:
    """Two synthetic images of every condition: of its first image, and of all of them."""
    rows = []
    for condition, members in images.groupby("condition", sort=False)["image_id"]:
        for number, parents in enumerate(([members.iloc[0]], list(members))):
            rows.append((f"{condition}.s{number}", condition, "|".join(parents)))
    new = pd.DataFrame(rows, columns=["image_id", "condition", "synthetic_of"])
    new["patient_id"] = new["image_id"]
    new["sha256"] = [f"{number:064x}" for number in range(10_000, 10_000 + len(new))]
    return pd.concat([images, new], ignore_index=True)


def test_synthetic_images_train_where_all_their_ancestors_train(paper_shaped) -> None:  # noqa: ANN001
    """Then even the promise that the guard enforces holds, and none validates or is tested."""
    table = with_synthetic(paper_shaped)
    parents = dict(zip(table["image_id"], table["synthetic_of"], strict=True))
    strict = PROTOCOLS.get("strict")
    for protocol in (paper, published, strict):
        split = protocol(table, synthetic="train")
        leaks = check_leakage(split, table)
        assert not {leak.kind for leak in leaks} & {"synthetic descendant"}
        for fold in split.folds:
            joined = [image for image in fold.train if parents[image]]
            assert joined
            for image in joined:
                assert set(parents[image].split("|")) <= set(fold.train)
            assert not any(parents[image] for image in (*fold.validation, *fold.test))


def test_a_fold_may_take_what_was_made_for_it_alone(paper_shaped) -> None:  # noqa: ANN001
    """Of what may train in it; without the column it is refused, and folds may be fewer."""
    table = with_synthetic(paper_shaped)
    with pytest.raises(UsageError, match="made_for"):
        paper(table, synthetic="own")
    every = paper(table, synthetic="train")
    made = table["synthetic_of"] != ""
    table["made_for"] = ""
    table.loc[made, "made_for"] = [str(k % 5) for k in range(made.sum())]
    fold_of = dict(zip(table["image_id"], table["made_for"], strict=True))
    split = paper(table, synthetic="own", first_folds=2)
    assert len(split.folds) == 2 and not check_leakage(split, table)
    for fold, whole in zip(split.folds, every.folds, strict=False):
        wanted = [image for image in whole.train if fold_of[image] in ("", str(fold.index))]
        assert list(fold.train) == wanted and len(wanted) < len(whole.train)
        assert (fold.validation, fold.test) == (whole.validation, whole.test)


def test_the_papers_folds_hold_synthetic_images_and_the_guard_counts_them(paper_shaped) -> None:  # noqa: ANN001
    """F2: they validate too, and descendants of test images train; it is reported."""
    table = with_synthetic(paper_shaped)
    split = published(table, synthetic="folds")
    parents = dict(zip(table["image_id"], table["synthetic_of"], strict=True))
    validated = [image for fold in split.folds for image in fold.validation]
    assert sum(bool(parents[image]) for image in validated) == 206
    assert split.left_out == ()
    assert not any(parents[image] for image in split.folds[0].test)
    assert "synthetic descendant" in {leak.kind for leak in check_leakage(split, table)}
    assert published(table).folds == published(paper_shaped).folds
    with pytest.raises(UsageError, match="cannot keep patients apart"):
        paper(table, synthetic="folds")
