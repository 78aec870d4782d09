"""Scores of sets of terms: by hand, against scikit-learn, and what is counted apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.term_scores import TermCounts, brier, harmonic, macro_scores, micro_scores


def counted(said: np.ndarray, true: np.ndarray, unseen: np.ndarray | None = None) -> TermCounts:
    """One picture a patient."""
    hidden = np.zeros(true.shape) if unseen is None else unseen * true
    return TermCounts(said * 1.0, said * true, true * 1.0, said * true, hidden)


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_agrees_with_scikit_learn(seed: int) -> None:
    from sklearn.metrics import f1_score, precision_score, recall_score

    rng = np.random.default_rng(seed)
    true, said = rng.random((8, 5)) < 0.5, rng.random((8, 5)) < 0.4
    true[0], said[0, 0] = True, True
    found = micro_scores(counted(said, true), n_resamples=20)
    assert found.f1.value == pytest.approx(f1_score(true, said, average="micro"))
    assert found.precision.value == pytest.approx(precision_score(true, said, average="micro"))
    assert found.recall.value == pytest.approx(recall_score(true, said, average="micro"))
    macro = macro_scores(counted(said, true), n_resamples=20)
    assert macro.f1.value == pytest.approx(f1_score(true, said, average="macro", zero_division=0.0))


def test_what_is_not_assessable_is_neither_right_nor_silent() -> None:
    """Two of four terms are unseen: recall leaves them out, recall of all misses them."""
    true, said = np.ones((1, 4)), np.array([[1.0, 1.0, 0.0, 0.0]])
    found = micro_scores(counted(said, true, np.array([[0, 0, 1.0, 1.0]])), n_resamples=20)
    assert found.recall.value == 1.0
    assert found.recall_of_all.value == 0.5
    assert found.coverage.value == 0.5
    assert found.f1_of_all.value == pytest.approx(2 / 3)


def test_macro_leaves_out_terms_that_could_never_be_seen() -> None:
    """One term always found, one never assessable, one seen in one of two and missed there."""
    true, said = np.ones((2, 3)), np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]])
    unseen = np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
    found = macro_scores(counted(said, true, unseen), n_resamples=200)
    assert (found.recall.value, found.f1.value) == (0.5, 0.5)
    assert found.recall_of_all.value == found.f1_of_all.value == pytest.approx(1 / 3)
    assert found.precision.value == pytest.approx(1 / 3)
    assert found.coverage.value == 0.5
    # A resample without the patient in whom the third was seen has the first term alone.
    assert (found.recall.low, found.recall.high) == (0.5, 1.0)
    nothing = macro_scores(counted(said[:, 1:2], true[:, 1:2], unseen[:, 1:2]), n_resamples=20)
    assert np.isnan(nothing.recall.value) and np.isnan(nothing.f1.value)
    assert nothing.recall_of_all.value == nothing.coverage.value == 0.0


def test_interval_is_over_patients_and_holds_the_value() -> None:
    rng = np.random.default_rng(1)
    true = rng.random((60, 6)) < 0.4
    said = np.where(rng.random(true.shape) < 0.8, true, ~true)
    found = micro_scores(counted(said, true), n_resamples=300)
    assert found.f1.low < found.f1.value < found.f1.high
    assert found.f1.n_patients == 60


def test_nothing_said_has_no_precision_and_no_f1() -> None:
    found = micro_scores(counted(np.zeros((3, 2)), np.ones((3, 2))), n_resamples=10)
    assert np.isnan(found.precision.value)
    assert found.f1.value == 0.0


def test_impossible_counts_are_refused() -> None:
    one = np.ones((2, 2))
    with pytest.raises(ValueError, match="more right"):
        TermCounts(one, 2 * one, one, one, 0 * one)
    with pytest.raises(ValueError, match="one shape"):
        TermCounts(one, one, one[:1], one, one)


def test_harmonic_mean_of_nothing() -> None:
    assert np.isnan(harmonic(np.array([np.nan]), np.array([np.nan])))[0]
    assert harmonic(np.array([0.0, 1.0]), np.array([0.0, 0.5])).tolist() == [0.0, 2 / 3]


def test_brier_leaves_out_what_was_not_said() -> None:
    p = np.array([[1.0, np.nan], [0.0, np.nan]])
    found = brier(p, np.array([[1.0, 1.0], [0.0, 1.0]]))
    assert (found.value, found.of_rates, found.n) == (0.0, 0.25, 2)
    with pytest.raises(ValueError, match="no probability"):
        brier(np.full((2, 2), np.nan), np.zeros((2, 2)))


def test_no_hit_is_no_certainty() -> None:
    """None of 8 was found: a bootstrap would say [0, 0]."""
    true, said = np.ones((8, 1)), np.zeros((8, 1))
    said[0] = true[0] = 0
    found = micro_scores(counted(said, true), n_resamples=50)
    assert (found.f1_of_all.value, found.f1_of_all.low) == (0.0, 0.0)
    assert 0.3 < found.f1_of_all.high < 0.8
    assert found.f1_of_all.method == "wilson"


def test_resamples_are_those_of_the_formula_one_by_one() -> None:
    """The interval of macro F1 against a loop."""
    from rdface.metrics.bootstrap import patient_weights, percentile_interval

    rng = np.random.default_rng(3)
    true, said = rng.random((30, 4)) < 0.5, rng.random((30, 4)) < 0.5
    counts = counted(said, true)
    values = []
    for weight in patient_weights(30, 40, 0):
        both, one, other = (weight @ each for each in (said & true, said, true))
        values.append((2 * both / (one + other))[other > 0].mean())
    found = macro_scores(counts, n_resamples=40).f1
    assert (found.low, found.high) == pytest.approx(percentile_interval(np.array(values)))
