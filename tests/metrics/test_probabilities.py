"""Probabilities from scores, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rdface.metrics.probabilities import FLOOR, brier, log_softmax, negative_log, top_labels


@given(
    arrays.arrays(np.float64, (4, 5), elements=st.floats(-500, 500)),
    st.floats(0, 50),
    st.floats(-100, 100),
)
def test_softmax_adds_up_to_one_and_ignores_an_offset(
    scores: np.ndarray, sharpness: float, offset: float
) -> None:
    """And keeps the order of the conditions, whatever the temperature."""
    logs = log_softmax(scores, sharpness)
    assert np.allclose(np.exp(logs).sum(axis=1), 1)
    assert np.allclose(logs, log_softmax(scores + offset, sharpness), atol=1e-6)
    for row, log in zip(scores, logs, strict=True):
        assert (np.diff(log[np.argsort(row)]) >= 0).all()


def test_an_untrained_condition_has_probability_0_at_any_temperature() -> None:
    scores = np.array([[1.0, -np.inf, 3.0]])
    for sharpness in (0.0, 1.0, 1e6):
        p = np.exp(log_softmax(scores, sharpness))
        assert p[0, 1] == 0
        assert p.sum() == pytest.approx(1)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_that_are_no_scores_are_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="without NaN"):
        log_softmax(np.array([[bad, 0.0]]))
    with pytest.raises(ValueError, match="no finite score"):
        log_softmax(np.array([[-np.inf, -np.inf]]))


def test_brier_and_log_loss_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import brier_score_loss, log_loss

    rng = np.random.default_rng(0)
    logs = log_softmax(rng.normal(size=(200, 6)))
    truth = rng.integers(6, size=200)
    expected = brier_score_loss(truth, np.exp(logs), labels=range(6), scale_by_half=False)
    assert brier(logs, truth).mean() == pytest.approx(expected)
    expected = log_loss(truth, np.exp(logs), labels=range(6))
    assert negative_log(logs, truth).mean() == pytest.approx(expected)


def test_a_probability_of_0_costs_the_floor_and_not_infinity() -> None:
    logs = log_softmax(np.array([[0.0, -np.inf]]))
    assert negative_log(logs, np.array([1])) == pytest.approx(-np.log(FLOOR))


def test_confidence_is_that_of_the_first_answer() -> None:
    top = top_labels(np.log([[0.2, 0.8], [0.6, 0.4]]), np.array([1, 1]))
    assert top.confidence == pytest.approx([0.8, 0.6])
    assert top.label.tolist() == [1, 0]
    assert top.right.tolist() == [True, False]
