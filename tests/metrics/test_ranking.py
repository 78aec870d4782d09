"""Ranks, top-k and bands."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.metrics import bands, ranking, reciprocal_ranks, top_k, true_ranks


def test_a_tie_counts_against_the_model() -> None:
    """A model that says the same of all conditions is ranked last, not first."""
    assert true_ranks(np.zeros((3, 5)), np.array([0, 2, 4])).tolist() == [5, 5, 5]
    assert true_ranks(np.array([[1.0, 1.0, 0.0]]), np.array([0])).tolist() == [2]


def test_an_untrained_condition_ranks_last() -> None:
    """-inf is last even beside other -inf."""
    scores = np.array([[-np.inf, 0.0, -np.inf], [-np.inf, 0.0, -5.0]])
    assert true_ranks(scores, np.array([0, 2])).tolist() == [3, 2]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_nan_is_an_error(bad: float) -> None:
    """Never a silent rank."""
    with pytest.raises(ValueError, match="NaN"):
        true_ranks(np.array([[bad, 1.0]]), np.array([1]))


def test_shapes_are_checked() -> None:
    """Too few labels, or a label without a column."""
    with pytest.raises(ValueError, match="do not fit"):
        true_ranks(np.zeros((2, 3)), np.array([0]))
    with pytest.raises(ValueError, match="without a score"):
        true_ranks(np.zeros((1, 3)), np.array([3]))


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(2, 20))
def test_ranks_agree_with_sorting(seed: int, rows: int, columns: int) -> None:
    """Without ties the rank is the place in the sorted row; order-preserving maps keep it."""
    rng = np.random.default_rng(seed)
    scores = rng.permuted(np.tile(np.arange(columns, dtype=float), (rows, 1)), axis=1)
    truth = rng.integers(0, columns, rows)
    expected = [list(np.argsort(-row)).index(t) + 1 for row, t in zip(scores, truth, strict=True)]
    assert true_ranks(scores, truth).tolist() == expected
    assert true_ranks(np.exp(scores / 3), truth).tolist() == expected


def test_top_k_agrees_with_scikit_learn() -> None:
    """The same number as top_k_accuracy_score where there are no ties."""
    from sklearn.metrics import top_k_accuracy_score

    rng = np.random.default_rng(0)
    scores, truth = rng.normal(size=(200, 12)), rng.integers(0, 12, 200)
    ranks = true_ranks(scores, truth)
    for k in (1, 3, 7):
        expected = top_k_accuracy_score(truth, scores, k=k, labels=np.arange(12))
        assert top_k(ranks, k).mean() == pytest.approx(expected)
    assert reciprocal_ranks(np.array([1, 4])).tolist() == [1.0, 0.25]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_bands_divide_the_rows(counts: list[int]) -> None:
    """Every row is in exactly one band, whatever its count."""
    made = bands(np.array(counts))
    assert np.sum(list(made.values()), axis=0).tolist() == [1] * len(counts)


def test_band_labels() -> None:
    """Closed, single and open bands; counts below the first edge are not lost."""
    assert list(bands(np.array([0, 1, 3, 9]))) == ["0", "1-2", "3-4", "5+"]
    assert list(bands(np.array([1, 2, 3]), edges=(1, 2, 3))) == ["1", "2", "3+"]


def test_examples() -> None:
    """The docstrings tell the truth."""
    assert doctest.testmod(ranking, extraglobs={"np": np}).failed == 0
