"""Profiles: own condition against the others, with a null that keeps its level."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.metrics.profiles import (
    correlations,
    mean_profiles,
    own_against_others,
    root_mean_square_gaps,
)


def test_mean_profiles_leave_out_what_was_not_measured() -> None:
    values = np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 5.0]])
    found = mean_profiles(values, np.array(["a", "a", "b"]), np.array(["b", "a", "c"]))
    np.testing.assert_array_equal(found, [[5, 5], [2, 2], [np.nan, np.nan]])


def test_correlations_are_numpys() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(3, 9)), rng.normal(size=(4, 9))
    expected = np.corrcoef(np.concatenate([a, b]))[:3, 3:]
    np.testing.assert_allclose(correlations(a, b), expected)
    assert (correlations(np.ones((1, 9)), b) == 0).all()
    assert root_mean_square_gaps(a, a)[0, 0] == 0
    assert root_mean_square_gaps(a[:1], b[:1])[0, 0] == pytest.approx(
        np.sqrt(((a[0] - b[0]) ** 2).mean())
    )


def test_a_true_profile_is_found_and_chance_is_not() -> None:
    """Under no relation p is uniform enough: 5 % of worlds below 0.05, rank one half."""
    rng = np.random.default_rng(1)
    profiles = rng.normal(size=(20, 10))
    own = own_against_others(correlations(profiles + 0.5 * rng.normal(size=(20, 10)), profiles))
    assert own.p_value < 0.001 and own.rank > 0.95 and own.low > 0.5
    worlds = [
        own_against_others(
            correlations(rng.normal(size=(20, 10)), profiles), n_resamples=50, seed=k
        )
        for k in range(200)
    ]
    assert 0.01 <= np.mean([w.p_value <= 0.05 for w in worlds]) <= 0.1
    assert np.mean([w.rank for w in worlds]) == pytest.approx(0.5, abs=0.03)


def test_ties_count_however_their_sums_were_rounded() -> None:
    """Shares of few terms: every order gives the same mean, or the same as the own one."""
    rng = np.random.default_rng(2)
    same = np.repeat(rng.choice([0.1, 0.3, 0.7], (7, 1)), 7, axis=1)
    assert own_against_others(same, n_resamples=20).p_value == 1.0
    for _ in range(20):
        table = rng.choice([0.1, 0.3, 0.6, 0.7], (4, 4))
        whole = own_against_others(np.round(table * 10), n_resamples=20)  # exact sums
        assert own_against_others(table, n_resamples=20).p_value == whole.p_value


def test_two_conditions_have_no_null() -> None:
    found = own_against_others(np.eye(2))
    assert found.own == 1 and np.isnan(found.p_value) and found.n == 2
    assert np.isnan(own_against_others(np.empty((0, 0))).own)
