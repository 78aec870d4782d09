"""Diversity: the Vendi score against its definition, and its bounds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.diversity import cosine_kernel, mean_pairwise, vendi_score


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.integers(1, 10))
def test_vendi_lies_between_one_and_n_and_does_not_know_order(seed: int, n: int, d: int) -> None:
    rows = np.random.default_rng(seed).normal(size=(n, d))
    value = vendi_score(cosine_kernel(rows))
    assert 1 <= value <= n
    assert value <= d + 1e-9  # cosines of D dimensions have D eigenvalues
    assert vendi_score(cosine_kernel(rows[::-1])) == pytest.approx(value)


def test_vendi_of_known_sets() -> None:
    """All the same: 1. Nothing in common: n. Two groups of clones: 2, or less if one is larger."""
    assert vendi_score(np.ones((7, 7))) == pytest.approx(1)
    assert vendi_score(np.eye(7)) == pytest.approx(7)
    groups = np.repeat(np.eye(2), 4, axis=0)
    assert vendi_score(cosine_kernel(groups)) == pytest.approx(2)
    uneven = cosine_kernel(np.eye(2)[[0, 0, 0, 1]])
    assert vendi_score(uneven) == pytest.approx(np.exp(-0.75 * np.log(0.75) - 0.25 * np.log(0.25)))
    assert np.isnan(vendi_score(np.empty((0, 0))))


def test_vendi_is_the_entropy_of_the_density_matrix() -> None:
    """Friedman and Dieng's definition by another road: SciPy's entropy of singular values."""
    from scipy.stats import entropy

    rows = np.random.default_rng(0).normal(size=(30, 12))
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    shares = np.linalg.svd(unit / np.sqrt(30), compute_uv=False) ** 2
    assert vendi_score(cosine_kernel(rows)) == pytest.approx(float(np.exp(entropy(shares))))


def test_pairs_of_one_patient_do_not_count() -> None:
    apart = np.abs(np.subtract.outer([0.0, 0.0, 1.0, 3.0], [0.0, 0.0, 1.0, 3.0]))
    assert mean_pairwise(apart) == pytest.approx((0 + 1 + 3 + 1 + 3 + 2) / 6)
    assert mean_pairwise(apart, np.array([0, 0, 1, 2])) == pytest.approx((1 + 3 + 1 + 3 + 2) / 5)
    assert np.isnan(mean_pairwise(apart, np.zeros(4)))
