"""The Fréchet distance: against torchmetrics' formula, and where that one breaks down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.realism import frechet_distance


def by_scipy(x: np.ndarray, y: np.ndarray) -> float:
    from scipy.linalg import sqrtm

    a, b = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    gap = x.mean(axis=0) - y.mean(axis=0)
    return float(gap @ gap + np.trace(a + b - 2 * np.real(sqrtm(a @ b))))


def test_it_is_torchmetrics_formula() -> None:
    import torch
    from torchmetrics.image.fid import _compute_fid

    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 8)) @ rng.normal(size=(8, 8))
    y = 0.5 + rng.normal(size=(150, 8)) @ rng.normal(size=(8, 8))
    moments = [
        torch.from_numpy(part)
        for rows in (x, y)
        for part in (rows.mean(axis=0), np.cov(rows, rowvar=False))
    ]
    expected = float(_compute_fid(*moments))
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-6)
    assert frechet_distance(x, y) == pytest.approx(by_scipy(x, y), rel=1e-6)


def test_fewer_images_than_dimensions() -> None:
    """Singular covariances: equal to the formula in a basis that holds all rows."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(12, 60)), 0.2 + rng.normal(size=(9, 60))
    basis = np.linalg.svd(np.concatenate([x, y]), full_matrices=False)[2]
    near = by_scipy(x @ basis.T, y @ basis.T)
    assert frechet_distance(x, y) == pytest.approx(near, rel=1e-3)
    assert frechet_distance(x, y) == pytest.approx(frechet_distance(x @ basis.T, y @ basis.T))


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(2, 30), st.integers(2, 30), st.integers(1, 12))
def test_invariants(seed: int, n: int, m: int, d: int) -> None:
    """Symmetric, blind to order, 0 of a set with itself, and unmoved by a common shift."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, d)), rng.normal(1, 2, size=(m, d))
    value = frechet_distance(x, y)
    assert value >= 0
    assert frechet_distance(y, x) == pytest.approx(value, rel=1e-7, abs=1e-7)
    assert frechet_distance(x[::-1], y) == pytest.approx(value, rel=1e-7, abs=1e-7)
    assert frechet_distance(x + 5, y + 5) == pytest.approx(value, rel=1e-6, abs=1e-6)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-7)


def test_it_grows_with_fewer_images() -> None:
    """The bias for which it stands beside a floor of equal n."""
    rng = np.random.default_rng(2)
    sizes = {
        n: np.mean(
            [
                frechet_distance(rng.normal(size=(n, 20)), rng.normal(size=(n, 20)))
                for _ in range(10)
            ]
        )
        for n in (30, 300)
    }
    assert sizes[30] > 5 * sizes[300] > 0
    assert np.isnan(frechet_distance(np.ones((1, 3)), np.ones((5, 3))))
