"""Condition probabilities: they sum to one, tell conditions apart and are not overconfident."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.screening.likelihood import fit_conditions


def world(n: int, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = np.tile(np.arange(5), n)
    x = np.random.default_rng(1).normal(size=(5, 20))[y] + noise * rng.normal(size=(5 * n, 20))
    return x, y, np.array([f"p{row}" for row in range(len(y))])


def test_probabilities_of_unseen_faces_are_near_to_how_often_they_are_right() -> None:
    x, y, patients = world(8, 2.0, 0)
    fitted = fit_conditions(x, y, patients, 6)
    new, truth, _ = world(200, 2.0, 2)
    logs = fitted.log_probabilities(new)
    assert np.isnan(logs[:, 5]).all()
    p = np.exp(logs[:, :5])
    np.testing.assert_allclose(p.sum(axis=1), 1)
    right = (p.argmax(axis=1) == truth).mean()
    assert right > 0.5
    assert abs(p.max(axis=1).mean() - right) < 0.1


def test_chance_makes_all_conditions_nearly_alike() -> None:
    """Without a signal the temperature rises: no face gets a condition out of nothing."""
    x, y, patients = world(8, 1.0, 0)
    shuffled = np.random.default_rng(3).permutation(y)
    p = np.exp(fit_conditions(x, shuffled, patients, 5).log_probabilities(x + 5))
    assert np.nanmax(p) < 0.6


def test_rows_without_numbers_are_left_out_and_get_none() -> None:
    x, y, patients = world(4, 1.0, 0)
    holed = np.concatenate([x, np.full((1, 20), np.nan)])
    a = fit_conditions(x, y, patients, 5)
    b = fit_conditions(holed, np.append(y, 0), np.append(patients, "p"), 5)
    np.testing.assert_array_equal(a.log_probabilities(x), b.log_probabilities(x))
    assert np.isnan(b.log_probabilities(holed)[-1]).all()


def test_single_patients_can_be_fitted_and_a_single_condition_cannot() -> None:
    x, y, patients = world(1, 1.0, 0)
    assert fit_conditions(x, y, patients, 5).sharpness == 1.0
    with pytest.raises(UsageError, match="two or more"):
        fit_conditions(x[:1], y[:1], patients[:1], 5)
