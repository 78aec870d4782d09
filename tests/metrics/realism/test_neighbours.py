"""Precision, recall, density, coverage: by a plain loop, and at their ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.realism import prdc


def plainly(real: np.ndarray, fake: np.ndarray, k: int) -> tuple[float, float, float, float]:
    """The definitions of Naeem et al., section 2, image by image; balls by scikit-learn."""
    from sklearn.neighbors import NearestNeighbors

    def reach(points: np.ndarray) -> np.ndarray:
        return NearestNeighbors(n_neighbors=k + 1).fit(points).kneighbors(points)[0][:, k]

    balls, others = reach(real), reach(fake)
    apart = np.array([[np.linalg.norm(r - f) for f in fake] for r in real])
    precision = np.mean(
        [any(apart[i, j] < balls[i] for i in range(len(real))) for j in range(len(fake))]
    )
    recall = np.mean(
        [any(apart[i, j] < others[j] for j in range(len(fake))) for i in range(len(real))]
    )
    density = (
        np.mean([sum(apart[i, j] < balls[i] for i in range(len(real))) for j in range(len(fake))])
        / k
    )
    coverage = np.mean(
        [any(apart[i, j] < balls[i] for j in range(len(fake))) for i in range(len(real))]
    )
    return float(precision), float(recall), float(density), float(coverage)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.floats(0, 2))
def test_it_is_the_plain_loop(seed: int, k: int, shift: float) -> None:
    rng = np.random.default_rng(seed)
    real, fake = rng.normal(size=(14, 3)), shift + rng.normal(size=(11, 3))
    assert prdc(real, fake, k) == pytest.approx(plainly(real, fake, k))


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_identical_sets_have_one_everywhere(seed: int, k: int) -> None:
    points = np.random.default_rng(seed).normal(size=(12, 3))
    assert prdc(points, points, k) == pytest.approx((1, 1, 1, 1))


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_order_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    real, fake = rng.normal(size=(12, 3)), rng.normal(size=(12, 3))
    assert prdc(rng.permutation(real), rng.permutation(fake)) == pytest.approx(prdc(real, fake))


def test_far_sets_have_nothing_and_too_few_say_nothing() -> None:
    rng = np.random.default_rng(0)
    real = rng.normal(size=(20, 3))
    assert prdc(real, real + 1000) == (0, 0, 0, 0)
    assert np.isnan(prdc(real[:5], real)).all()


def test_one_face_again_and_again_is_precise_and_covers_little() -> None:
    """Mode collapse: what density and precision cannot see, coverage does."""
    rng = np.random.default_rng(1)
    real = rng.normal(size=(60, 4))
    fake = real.mean(axis=0) + 1e-3 * rng.normal(size=(60, 4))
    found = prdc(real, fake)
    assert found.precision == 1 and found.coverage < 0.8 and found.recall == 0
