"""Embeddings made in place: clusters around conditions."""

from __future__ import annotations

import numpy as np
import pytest

Matrix = np.ndarray


@pytest.fixture
def rng() -> np.random.Generator:
    """Seeded anew for every test."""
    return np.random.default_rng(4)


@pytest.fixture
def clusters(rng: np.random.Generator) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Training rows [40, 30] of 7 conditions (number 5 has none, 6 one), and 25 test rows."""
    y = np.array([0] * 13 + [1] * 10 + [2] * 8 + [3] * 6 + [4] * 2 + [6])
    y_test = rng.choice(y, 25)
    centres = rng.normal(size=(7, 30))
    x = 1.0 + centres[y] + rng.normal(size=(40, 30))
    x_test = 1.0 + centres[y_test] + rng.normal(size=(25, 30))
    return x, y, x_test, y_test
