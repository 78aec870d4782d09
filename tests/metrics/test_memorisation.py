"""Memorisation: against SciPy and scikit-learn, and on worlds whose memory is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.memorisation import (
    authentic,
    copy_test,
    membership_auc,
    nearer_to_training,
)


def test_c_t_is_the_normal_score_of_mann_whitney() -> None:
    """SciPy's asymptotic p, one cell, no ties."""
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(0)
    ours, others = rng.normal(-0.3, 1, 60), rng.normal(size=40)
    expected = mannwhitneyu(
        ours, others, alternative="less", method="asymptotic", use_continuity=False
    )
    assert copy_test(ours, others).p_value == pytest.approx(expected.pvalue, rel=1e-6)


def test_c_t_keeps_its_level_and_finds_copies() -> None:
    """Without copying about 5 % of worlds are called copied, in one cell and in three."""
    rng = np.random.default_rng(1)
    cells = np.arange(60) % 3
    for groups in ((None, None), (cells, cells)):
        called = [
            copy_test(rng.normal(size=60), rng.normal(size=60), *groups).p_value < 0.05
            for _ in range(1000)
        ]
        assert 0.03 < np.mean(called) < 0.07
    assert copy_test(rng.normal(-2, 1, 60), rng.normal(size=60)).p_value < 1e-4
    small = copy_test(rng.normal(size=5), rng.normal(size=60))
    assert np.isnan(small.statistic) and small.cells == 0


def test_membership_auc_is_scikit_learns_in_one_stratum() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(2)
    members, others = rng.normal(0.5, 1, 40).round(1), rng.normal(size=30).round(1)
    expected = roc_auc_score(np.repeat([1, 0], [40, 30]), np.concatenate([members, others]))
    found = membership_auc(
        members, others, np.zeros(40), np.zeros(30), np.arange(40), np.arange(30)
    )
    assert found.value == pytest.approx(expected)
    assert found.low < found.value < found.high


def test_strata_are_compared_within_themselves_only() -> None:
    """A condition whose faces are all near generated ones is no memorisation."""
    rng = np.random.default_rng(3)
    level = np.repeat([0.0, 100.0], [30, 10])
    members = level + rng.normal(size=40)
    other_strata = np.repeat([0, 1], [10, 30])
    others = np.repeat([0.0, 100.0], [10, 30]) + rng.normal(size=40)
    strata = np.repeat([0, 1], [30, 10])
    found = membership_auc(members, others, strata, other_strata, np.arange(40), np.arange(40))
    assert 0.35 < found.value < 0.65
    pooled = membership_auc(
        members, others, np.zeros(40), np.zeros(40), np.arange(40), np.arange(40)
    )
    assert pooled.value < 0.45
    nowhere = membership_auc(
        members, others, np.zeros(40), np.ones(40), np.arange(40), np.arange(40)
    )
    assert np.isnan(nowhere.value)


@pytest.mark.slow
def test_membership_intervals_cover() -> None:
    """No memory, patients with two like pictures: 95 % intervals hold 0.5 in 90 % or more."""
    rng, held = np.random.default_rng(4), 0
    people = np.repeat(np.arange(20), 2)
    for k in range(200):
        scores = [rng.normal(size=20)[people] + 0.3 * rng.normal(size=40) for _ in range(2)]
        found = membership_auc(
            *scores, people % 4, people % 4, people, people, n_resamples=400, seed=k
        )
        held += found.low <= 0.5 <= found.high
    assert held / 200 >= 0.9


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10))
def test_ranks_alone_matter(seed: int, scale: float) -> None:
    """A monotone change of the distances changes no share, test or AUC."""
    rng = np.random.default_rng(seed)
    a, b = rng.exponential(size=25), rng.exponential(size=25)
    assert nearer_to_training(a, b) == nearer_to_training((scale * a) ** 2, (scale * b) ** 2)
    assert copy_test(a, b).statistic == pytest.approx(copy_test(np.log(a), np.log(b)).statistic)
    assert (authentic(a, b) == authentic(scale * a, scale * b)).all()


def test_nearer_to_training_counts_ties_half() -> None:
    ones = np.ones(4)
    assert nearer_to_training(ones, ones) == 0.5
    assert nearer_to_training(np.array([0.0, 2.0]), np.ones(2)) == 0.5
    assert np.isnan(nearer_to_training(np.empty(0), np.empty(0)))
