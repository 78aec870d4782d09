"""The criterion of the inner split."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rdface.learners.selection import mean_reciprocal_rank
from rdface.metrics import reciprocal_ranks, true_ranks


@given(st.integers(0, 2**32))
def test_it_is_the_mrr_of_the_metrics(seed: int) -> None:
    """Two folders, one definition, ties and -inf included."""
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, size=(9, 6)).astype(float)
    scores[:, rng.integers(6)] = -np.inf
    truth = rng.integers(0, 6, 9)
    expected = reciprocal_ranks(true_ranks(scores, truth)).mean()
    assert np.isclose(mean_reciprocal_rank(scores, truth), expected)
