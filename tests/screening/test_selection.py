"""Selection: NaN never wins, ties are settled by name, and choosing twice changes nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdface.errors import UsageError
from rdface.screening import ScoreTable, ScreenOptions, Selection, select
from rdface.screening.selection import concerns
from tests.screening.worlds import scored

some = st.sampled_from([0.1, 0.4, 0.4, 0.9, np.nan])
scores = arrays(float, 14, elements=some)
conditions = arrays(object, 14, elements=st.sampled_from(["A", "B", "C"]))
rules = st.builds(
    Selection,
    by=st.sampled_from([("landmark_cosine",), ("landmark_cosine", "procrustes_468")]),
    n=st.sampled_from([None, 1, 2, 5]),
    over=st.sampled_from(["condition", "rounds", "pool"]),
)


def table(cosine: np.ndarray, shape: np.ndarray, conditions: np.ndarray) -> ScoreTable:
    return scored({"landmark_cosine": cosine, "procrustes_468": shape}, conditions)


def part(found: ScoreTable, ids: tuple[str, ...]) -> ScoreTable:
    frame = found.frame[found.frame["image_id"].isin(ids)].reset_index(drop=True)
    return dataclasses.replace(found, frame=frame)


@given(scores, scores, conditions, rules)
def test_what_has_no_score_is_never_selected(
    cosine: np.ndarray, shape: np.ndarray, conditions: np.ndarray, rule: Selection
) -> None:
    found = table(cosine, shape, conditions)
    kept = part(found, select(found, rule)).frame
    assert not kept[list(rule.by)].isna().any().any()


@given(scores, scores, conditions, rules)
def test_selecting_from_what_was_selected_keeps_all_of_it(
    cosine: np.ndarray, shape: np.ndarray, conditions: np.ndarray, rule: Selection
) -> None:
    found = table(cosine, shape, conditions)
    once = select(found, rule)
    assert set(select(part(found, once), rule)) == set(once)


@given(scores, scores, conditions, rules)
def test_the_order_of_rows_does_not_matter(
    cosine: np.ndarray, shape: np.ndarray, conditions: np.ndarray, rule: Selection
) -> None:
    found = table(cosine, shape, conditions)
    turned = dataclasses.replace(found, frame=found.frame.iloc[::-1].reset_index(drop=True))
    assert select(found, rule) == select(turned, rule)


@given(scores, conditions)
def test_the_best_of_a_condition_are_no_worse_than_those_left_out(
    cosine: np.ndarray, conditions: np.ndarray
) -> None:
    found = table(cosine, cosine, conditions)
    kept = set(select(found, Selection(by=("landmark_cosine",), n=2)))
    for _, rows in found.frame.groupby("condition"):
        inside = rows["image_id"].isin(kept)
        known = rows["landmark_cosine"].notna()
        assert inside.sum() == min(2, known.sum())
        if inside.any() and (known & ~inside).any():
            best_left = rows.loc[known & ~inside, "landmark_cosine"].max()
            assert rows.loc[inside, "landmark_cosine"].min() >= best_left


COSINES = np.array([0.5, 0.9, np.nan, 0.7, 0.7, 0.6])
GROUPS = np.array(["A", "A", "A", "B", "B", "C"], dtype=object)
BY = ("landmark_cosine",)


def ids(*rows: int) -> tuple[str, ...]:
    return tuple(f"i{row:05d}" for row in rows)


def test_rounds_give_each_condition_its_best_first_and_the_whole_pool_does_not() -> None:
    found = table(COSINES, COSINES, GROUPS)
    assert select(found, Selection(by=BY, n=3, over="rounds")) == ids(1, 3, 5)
    assert select(found, Selection(by=BY, n=3, over="pool")) == ids(1, 3, 4)
    assert select(found, Selection(by=BY, n=1)) == ids(1, 3, 5)


def test_the_papers_quirk_puts_missing_scores_first_and_says_so() -> None:
    found = table(COSINES, COSINES, GROUPS)
    rule = Selection(by=BY, n=2, over="pool", missing="first")
    assert select(found, rule) == ids(2, 1)
    assert [line[:3] for line in concerns(found, rule)] == ["F12", "F12"]


def test_low_scores_are_best_where_low_is_better() -> None:
    found = table(COSINES, np.arange(6.0), GROUPS)
    assert select(found, Selection(by=("procrustes_468",), n=1)) == ids(0, 3, 5)


def test_thresholds_and_flags_bar_and_nan_passes_none() -> None:
    found = table(COSINES, COSINES, GROUPS)
    found.frame["blank"] = [False, True, False, False, False, False]
    assert select(found, Selection(at_least={"landmark_cosine": 0.6})) == ids(3, 4, 5)
    assert select(found, Selection(at_least={"landmark_cosine": 0.6}, drop=())) == ids(1, 3, 4, 5)
    assert select(found, Selection(at_most={"landmark_cosine": 1.0})) == ids(0, 3, 4, 5)


def test_several_scores_without_a_number_give_the_first_front_of_each_condition() -> None:
    cosine = np.array([0.9, 0.5, 0.4, 0.2])
    shape = np.array([0.3, 0.1, 0.2, 0.9])  # low is better
    found = table(cosine, shape, np.array(["A", "A", "A", "B"], dtype=object))
    both = ("landmark_cosine", "procrustes_468")
    assert set(select(found, Selection(by=both))) == set(ids(0, 1, 3))
    assert set(select(found, Selection(by=both, over="pool"))) == set(ids(0, 1))


def test_flaws_of_the_scores_are_said() -> None:
    """F3 and F11 stand in the card, F13 in the rows that were labelled afterwards."""
    found = table(COSINES, COSINES, GROUPS)
    rule = Selection(by=BY, n=1)
    assert concerns(found, rule) == []
    found.card["options"] = ScreenOptions(means="all", scale="apart").model_dump(mode="json")
    found.frame["condition_by"] = "label"
    assert [line.split(":")[0] for line in concerns(found, rule)] == ["F11", "F3", "F13"]
    assert concerns(found, Selection(by=("procrustes_468",), n=1)) == []


def test_ranking_by_what_the_labels_were_made_of_is_said_to_be_circular() -> None:
    """By the evidence that the pool names: five points, or the held-out backbone."""
    some = np.linspace(0, 1, 6)
    found = scored({"landmark_cosine": some, "condition_probability": some, "procrustes_5": some})
    names = ("landmark_cosine", "condition_probability", "procrustes_5")

    def circular(evidence: str) -> list[str]:
        found.card["labels"] = {"evidence": evidence}
        return [name for name in names if concerns(found, Selection(by=(name,), n=1))]

    assert circular("landmarks") == []
    found.frame["condition_by"] = "label"
    assert circular("landmarks") == ["landmark_cosine", "procrustes_5"]
    assert circular("facenet") == ["condition_probability"]
    assert circular("sface") == []


def test_unknown_scores_and_scores_that_rank_nothing_are_refused() -> None:
    found = table(COSINES, COSINES, GROUPS)
    with pytest.raises(UsageError, match="no score called 'landmark_cosin'") as caught:
        select(found, Selection(by=("landmark_cosin",), n=1))
    assert "landmark_cosine" in str(caught.value.hint)
    with pytest.raises(UsageError, match="has no score 'lpips'"):
        select(found, Selection(by=("lpips",), n=1))
    found.frame["n_faces"] = 1
    with pytest.raises(UsageError, match="ranks nothing"):
        select(found, Selection(by=("n_faces",), n=1))
    with pytest.raises(UsageError, match="no flag"):
        select(found, Selection(drop=("landmark_cosine",)))
    with pytest.raises(ValueError, match="best by"):
        Selection(n=3)
