"""The promises of protocol ``strict``, on any cohort that hypothesis can think of."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.errors import CohortError, UsageError
from rdface.protocols import PROTOCOLS, Split, check_leakage

strict = PROTOCOLS.get("strict")

COUNTS = st.lists(
    st.lists(st.integers(1, 3), min_size=1, max_size=8), min_size=1, max_size=12
).filter(lambda conditions: any(len(patients) > 1 for patients in conditions))


def tables(make_images, counts: list[list[int]]) -> pd.DataFrame:  # noqa: ANN001
    """Images of conditions C0, C1 ..."""
    return make_images({f"C{number}": patients for number, patients in enumerate(counts)})


def plain(split: Split) -> list[tuple[frozenset[str], frozenset[str], frozenset[str]]]:
    """The folds as sets."""
    return [(frozenset(f.train), frozenset(f.validation), frozenset(f.test)) for f in split.folds]


@settings(max_examples=60)
@given(counts=COUNTS, seed=st.integers(0, 2**40), folds=st.integers(2, 6))
def test_every_promise_holds_on_any_cohort(make_images, counts, seed, folds) -> None:  # noqa: ANN001
    """Parts are disjoint and whole, patients stay together, tested conditions are trained."""
    images = tables(make_images, counts)
    split = strict(images, seed=seed, repeats=2, folds=folds)
    patient = dict(zip(images["image_id"], images["patient_id"], strict=True))
    condition = dict(zip(images["image_id"], images["condition"], strict=True))
    assert len(split.folds) == 2 * folds
    eligible = {image for image, name in condition.items() if name not in split.train_only}
    for fold in split.folds:
        parts = [set(fold.train), set(fold.validation), set(fold.test)]
        assert sum(map(len, parts)) == len(images)
        assert set.union(*parts) == set(images["image_id"])
        owners = [{patient[image] for image in part} for part in parts]
        assert sum(map(len, owners)) == images["patient_id"].nunique()
        trained = {condition[image] for image in fold.train}
        assert {condition[image] for image in fold.test} <= trained
        assert {condition[image] for image in fold.validation} <= trained
        assert set(split.train_only) <= trained
    for repeat in range(2):
        tested = [i for fold in split.folds if fold.repeat == repeat for i in fold.test]
        assert sorted(tested) == sorted(eligible)
        sizes = [
            len({patient[i] for i in fold.test}) for fold in split.folds if fold.repeat == repeat
        ]
        assert max(sizes) - min(sizes) <= 1
    assert check_leakage(split, images) == []
    expected = {f"C{number}" for number, patients in enumerate(counts) if len(patients) == 1}
    assert set(split.train_only) == expected


@settings(max_examples=30)
@given(counts=COUNTS, seed=st.integers(0, 1000), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_moves_no_image(make_images, counts, seed, order) -> None:  # noqa: ANN001
    """Shuffled rows give the same folds as sets."""
    images = tables(make_images, counts)
    rows = list(range(len(images)))
    order.shuffle(rows)
    shuffled = images.iloc[rows].reset_index(drop=True)
    assert plain(strict(images, seed=seed)) == plain(strict(shuffled, seed=seed))


def test_a_condition_that_is_only_trained_does_not_move_the_test_folds(make_images) -> None:  # noqa: ANN001
    """Adding a condition with one patient changes no test fold."""
    counts = {"A": [1, 2, 1], "B": [1, 1], "C": [1, 1, 1, 1]}
    before = strict(make_images(counts), seed=3)
    after = strict(make_images(counts | {"Z": [2]}), seed=3)
    assert [set(f.test) for f in before.folds] == [set(f.test) for f in after.folds]
    assert after.train_only == ("Z",)


def test_the_deal_is_the_same_everywhere(make_images) -> None:  # noqa: ANN001
    """Golden: the ids are written out, so a change of platform or version would show."""
    images = make_images({"A": [1, 1, 1], "B": [2, 1], "C": [1]})
    split = strict(images, seed=0, repeats=1, folds=2, inner_folds=2)
    assert [f.test for f in split.folds] == [
        ("A.p1.i0", "B.p0.i0", "B.p0.i1"),
        ("A.p0.i0", "A.p2.i0", "B.p1.i0"),
    ]
    assert [f.validation for f in split.folds] == [("A.p0.i0",), ()]


def test_seeds_and_repeats_give_different_deals(paper_shaped) -> None:  # noqa: ANN001
    """No two repeats, and no two seeds, have the same first fold."""
    firsts = {
        f.test for seed in (0, 1) for f in strict(paper_shaped, seed=seed).folds if f.index == 0
    }
    assert len(firsts) == 10


def test_shares_are_sane_on_a_cohort_like_the_papers(paper_shaped) -> None:  # noqa: ANN001
    """About a fifth is tested; about a quarter of the divisible rest is validation."""
    split = strict(paper_shaped, seed=0)
    assert len(split.train_only) == 5
    assert np.ptp([len(f.test) for f in split.folds]) < 25
    assert all(75 <= len(f.test) <= 110 for f in split.folds)
    assert all(65 <= len(f.validation) <= 110 for f in split.folds)


def test_placement_is_uniform(make_images) -> None:  # noqa: ANN001
    """Over many seeds a patient stands in every fold equally often (no id is favoured)."""
    images = make_images({"A": [1, 1], "B": [1, 1, 1]})
    places = Counter(
        fold.index
        for seed in range(600)
        for fold in strict(images, seed=seed, repeats=1).folds
        if "A.p0.i0" in fold.test
    )
    assert all(80 < places[index] < 165 for index in range(5))


def test_synthetic_images_are_left_out(make_images) -> None:  # noqa: ANN001
    """They are in no fold, and said so."""
    images = make_images({"A": [1, 1, 1], "B": [1, 1]})
    images.loc[0, "synthetic_of"] = images.loc[1, "image_id"]
    split = strict(images, seed=0)
    assert split.left_out == ("A.p0.i0",)
    assert all("A.p0.i0" not in fold.development + fold.test for fold in split.folds)


@pytest.mark.parametrize("option", ["repeats", "folds", "inner_folds"])
@pytest.mark.parametrize("value", [0, -3, True, 2.0, 2.5, "2", None, [2]])
def test_an_option_that_is_no_number_is_named(make_images, option: str, value: object) -> None:  # noqa: ANN001
    """What a spec may hold by mistake gives one clear sentence."""
    with pytest.raises(UsageError, match=rf"Option '{option}' of protocol 'strict' must be"):
        strict(make_images({"A": [1, 1]}), seed=0, **{option: value})


def test_one_fold_is_none(make_images) -> None:  # noqa: ANN001
    """One repeat is a number of repeats; one fold leaves nothing to train on."""
    images = make_images({"A": [1, 1]})
    assert len(strict(images, seed=0, repeats=1).folds) == 5
    for option in ("folds", "inner_folds"):
        with pytest.raises(UsageError, match=f"'{option}'.*at least 2, not 1"):
            strict(images, seed=0, **{option: 1})


def test_what_cannot_be_divided_is_refused(make_images) -> None:  # noqa: ANN001
    """Impossible cohorts and options give clear errors."""
    with pytest.raises(UsageError, match="nothing to test"):
        strict(make_images({"A": [3], "B": [1]}), seed=0)
    images = make_images({"A": [1, 1], "B": [1]})
    images.loc[2, "patient_id"] = "A.p0"
    with pytest.raises(CohortError, match="two conditions"):
        strict(images, seed=0)
    images.loc[2, "patient_id"] = ""
    with pytest.raises(CohortError, match="no patient_id"):
        strict(images, seed=0)
