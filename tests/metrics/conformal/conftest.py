"""Exchangeable worlds made in place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rdface.metrics.probabilities import log_softmax


def exchangeable(n: int, n_conditions: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of probabilities (over-confident ones) and truths of n images."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, n_conditions))
    p = np.exp(log_softmax(scores))
    truth = (p.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1)
    return log_softmax(scores, 3.0), np.minimum(truth, n_conditions - 1)


@pytest.fixture(scope="session")
def make_world() -> Callable[[int, int, int], tuple[np.ndarray, np.ndarray]]:
    """The function above, for the tests."""
    return exchangeable
