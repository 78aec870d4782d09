"""Strangeness by class scores alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdface.metrics.confidence import (
    are_normalised,
    energy,
    max_score,
    softmax_strangeness,
)

scores = arrays(np.float64, (4, 3), elements=st.floats(-20, 20))
sharpness = st.floats(0.1, 10)


@given(scores, sharpness)
def test_they_are_what_scipy_makes_of_the_formulae(x: np.ndarray, a: float) -> None:
    from scipy.special import logsumexp, softmax

    assert np.exp(-softmax_strangeness(x, a)) == pytest.approx(softmax(a * x, axis=1).max(axis=1))
    assert energy(x, a) == pytest.approx(-logsumexp(a * x, axis=1) / a)
    assert max_score(x) == pytest.approx(-x.max(axis=1))


@given(scores, sharpness, st.floats(-5, 5))
def test_a_shift_of_a_row_is_seen_by_all_but_the_softmax(
    x: np.ndarray, a: float, shift: float
) -> None:
    """Softmax forgets how high the scores are; that is what energy keeps."""
    assert softmax_strangeness(x + shift, a) == pytest.approx(softmax_strangeness(x, a), abs=1e-9)
    assert energy(x + shift, a) == pytest.approx(energy(x, a) - shift, abs=1e-9)


@given(scores, sharpness)
def test_a_condition_that_was_not_trained_changes_nothing(x: np.ndarray, a: float) -> None:
    wider = np.concatenate([x, np.full((4, 1), -np.inf)], axis=1)
    assert np.array_equal(softmax_strangeness(wider, a), softmax_strangeness(x, a))
    assert np.array_equal(energy(wider, a), energy(x, a))
    assert np.array_equal(max_score(wider), max_score(x))


def test_logarithms_of_probabilities_are_known_for_what_they_are() -> None:
    """Energy of them is 0 everywhere, so it must not be shown as a score."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(50, 103)) * 5
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    assert are_normalised(logs.astype(np.float32))
    assert np.abs(energy(logs, 1.0)).max() < 1e-9
    assert not are_normalised(logits)
    assert not are_normalised(rng.uniform(-1, 1, (50, 103)))
    with_untrained = np.concatenate([logs, np.full((50, 1), -np.inf)], axis=1)
    assert are_normalised(with_untrained)
