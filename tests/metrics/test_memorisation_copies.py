"""Closeness and thresholds: what is near, and how often it happens by chance."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.memorisation_copies import alarm_p_values, nearest, threshold

PATIENTS = np.array(["a", "a", "b", "c"])


def test_the_second_is_another_patients() -> None:
    """Two pictures of one patient do not hide each other."""
    found = nearest(np.array([[0.1, 0.12, 0.5, 0.4], [0.3, 0.9, 0.3, 0.6]]), PATIENTS)
    assert found.row[0] == 0 and found.closeness[0] == pytest.approx(0.1 / 0.4)
    assert found.closeness[1] == 1


def test_training_faces_pass_over_their_own_patient() -> None:
    apart = np.array([[0.0, 0.1, 0.5, 0.8]])
    found = nearest(apart, PATIENTS, own=np.array(["a"]))
    assert found.row[0] == 2 and found.second[0] == pytest.approx(0.8)


def test_the_very_same_face_is_as_close_as_can_be() -> None:
    assert nearest(np.array([[0.0, 0.2, 0.5, 0.4]]), PATIENTS).closeness[0] == 0
    alone = nearest(np.array([[0.3]]), np.array(["a"]))
    assert alone.closeness[0] == 1 and np.isinf(alone.second[0])
    clones = nearest(np.zeros((1, 4)), PATIENTS)
    assert clones.closeness[0] == 1


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 100))
def test_units_of_distance_do_not_matter(seed: int, scale: float) -> None:
    apart = np.random.default_rng(seed).exponential(size=(6, 4))
    found = nearest(apart, PATIENTS)
    np.testing.assert_allclose(nearest(scale * apart, PATIENTS).closeness, found.closeness)
    assert (found.closeness <= 1).all()


@settings(max_examples=60)
@given(st.integers(1, 300), st.floats(0.01, 0.3), st.integers(0, 2**32 - 1))
def test_thresholds_allow_no_more_than_they_say(n: int, rate: float, seed: int) -> None:
    values = np.random.default_rng(seed).random(n)
    found = threshold(values, rate)
    assert (values <= found).sum() <= rate * (n + 1)


def test_a_new_face_is_called_a_copy_as_often_as_allowed() -> None:
    """Exchangeable faces: 5 % on average over calibrations, with few and with many."""
    rng = np.random.default_rng(0)
    for n in (40, 200):
        called = [rng.random() <= threshold(rng.random(n), 0.05) for _ in range(6000)]
        assert np.mean(called) == pytest.approx(np.floor(0.05 * (n + 1)) / (n + 1), abs=0.01)
    assert threshold(rng.random(18), 0.05) == float("-inf")
    assert threshold(np.empty(0), 0.05) == float("-inf")


def test_p_values_are_ranks() -> None:
    assert alarm_p_values(np.array([0.0, 0.5, 2.0]), np.array([0.4, 0.6])) == pytest.approx(
        [1 / 3, 2 / 3, 1]
    )
