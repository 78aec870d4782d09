"""Combining the scores of backbones."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners.ensemble import choose_weights, combine, z_scores


def test_units_do_not_matter(rng: np.random.Generator) -> None:
    """Cosines beside log-probabilities: any positive scale and any shift give the same."""
    a, b = rng.normal(size=(5, 8)), rng.normal(size=(5, 8))
    np.testing.assert_allclose(
        combine([a, b], [0.5, 0.5]), combine([100 * a - 7, 0.01 * b + 3], [0.5, 0.5])
    )


def test_untrained_conditions_stay_out(rng: np.random.Generator) -> None:
    """-inf stays -inf and does not disturb the others."""
    a = rng.normal(size=(5, 8))
    with_hole = a.copy()
    with_hole[:, 3] = -np.inf
    z = z_scores(with_hole)
    assert np.isneginf(z[:, 3]).all()
    np.testing.assert_allclose(np.delete(z, 3, axis=1), z_scores(np.delete(a, 3, axis=1)))
    combined = combine([with_hole, with_hole], [0.0, 1.0])
    assert np.isneginf(combined[:, 3]).all()
    assert not np.isnan(combined).any()


def test_rows_that_tell_nothing_are_no_vote() -> None:
    """Equal scores become zeros."""
    assert z_scores(np.full((2, 4), 0.7)).tolist() == [[0.0] * 4] * 2


def test_a_useless_backbone_gets_no_weight(rng: np.random.Generator) -> None:
    """Truth in one, noise in the other."""
    truth = rng.integers(0, 10, 60)
    good = np.eye(10)[truth] + 0.25 * rng.normal(size=(60, 10))
    noise = rng.normal(size=(60, 10))
    weights = choose_weights([good, noise], truth)
    assert weights[0] >= 0.75
    assert sum(weights) == pytest.approx(1)


def test_a_tie_goes_to_equal_weights() -> None:
    """Three backbones of one opinion."""
    scores = np.eye(4)
    assert choose_weights([scores] * 3, np.arange(4)) == pytest.approx((1 / 3,) * 3)
