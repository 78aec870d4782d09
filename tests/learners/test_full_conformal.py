"""Full conformal prediction: the closed form is the definition, and the promise is kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.learners.full_conformal import Fits, FullConformal
from rdface.learners.preparation import unit_rows


def by_definition(x: np.ndarray, y: np.ndarray, n_conditions: int, face: np.ndarray) -> Fits:
    """Put the face among the others with each condition in turn and compare everybody anew."""
    everybody = np.vstack([x, face])
    unit = unit_rows(everybody - everybody.mean(axis=0))
    fit, likeness, familiar = [], [], []
    for condition in range(n_conditions):
        labels = np.append(y, condition)
        own, best = [], []
        for row in range(len(unit)):
            to_means = np.full(n_conditions, -np.inf)
            for each in range(n_conditions):
                others = (labels == each) & (np.arange(len(unit)) != row)
                if others.any():
                    mean = unit[others].sum(axis=0)
                    to_means[each] = unit[row] @ mean / max(float(np.linalg.norm(mean)), 1e-6)
            own.append(to_means[labels[row]])
            best.append(to_means.max())
        fit.append(np.mean(np.array(own) <= own[-1] + 1e-12))
        familiar.append(np.mean(np.array(best) <= best[-1] + 1e-12))
        likeness.append(own[-1])
    return Fits(np.array(fit), np.array(likeness), max(familiar))


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(2, 14),
    n_conditions=st.integers(1, 5),
    features=st.integers(2, 6),
)
def test_the_closed_form_is_the_definition(
    seed: int, n: int, n_conditions: int, features: int
) -> None:
    """For any cohort: conditions with one face, and with none, are among them."""
    rng = np.random.default_rng(seed)
    x, face = rng.normal(size=(n, features)), rng.normal(size=features)
    y = rng.integers(0, n_conditions, size=n)
    found = FullConformal(x, y, n_conditions).judge(face)
    expected = by_definition(x, y, n_conditions, face)
    np.testing.assert_allclose(found.fit, expected.fit)
    np.testing.assert_allclose(found.likeness, expected.likeness, atol=1e-9)
    assert found.familiarity == pytest.approx(expected.familiarity)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95])
def test_the_lists_hold_the_truth_as_often_as_promised(level: float) -> None:
    """Over 600 worlds of 40 patients; and lists that promise more hold all of the shorter ones."""
    rng = np.random.default_rng(7)
    held = []
    for _ in range(600):
        means = rng.normal(size=(8, 12))
        y = rng.choice(8, size=41, p=rng.dirichlet(np.ones(8)))
        x = means[y] + 1.5 * rng.normal(size=(41, 12))
        found = FullConformal(x[:40], y[:40], 8).judge(x[40])
        held.append(bool(found.holds(level)[y[40]]))
        assert (found.holds(0.8) <= found.holds(level)).all()
    # The place among 41 is uniform: ceil(level * 41) of 41, within 3.3 standard errors.
    exact = 1.0 - np.floor((1.0 - level) * 41 + 1e-9) / 41
    error = np.sqrt(exact * (1.0 - exact) / len(held))
    assert abs(np.mean(held) - exact) < 3.3 * error + 0.02
    assert np.mean(held) > level - 3.3 * error


def test_a_warning_of_strangers_errs_as_seldom_as_it_says() -> None:
    """Familiarity of 0.05 or less comes in at most 5 % of faces of known conditions."""
    rng = np.random.default_rng(3)
    warned = []
    for _ in range(500):
        y = np.append(np.arange(30) % 6, rng.integers(0, 6))
        x = rng.normal(size=(6, 10))[y] + rng.normal(size=(31, 10))
        warned.append(FullConformal(x[:30], y[:30], 6).judge(x[30]).familiarity <= 0.05)
    assert np.mean(warned) <= 0.05 + 3.3 * np.sqrt(0.05 * 0.95 / 500)


def test_order_is_by_fit_then_by_likeness() -> None:
    fits = Fits(np.array([0.5, 0.9, 0.5]), np.array([0.1, 0.0, 0.3]), 1.0)
    assert fits.order.tolist() == [1, 2, 0]
    assert fits.holds(0.5).tolist() == [False, True, False]
