"""Centring, scaling, whitening and unit rows."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners import Preparation
from rdface.learners.preparation import unit_rows


def test_steps_do_what_they_say(rng: np.random.Generator) -> None:
    """Moments of the prepared training rows."""
    x = rng.normal(size=(50, 8)) @ rng.normal(size=(8, 8)) + 5
    centred = Preparation(centre=True).fit(x).apply(x)
    np.testing.assert_allclose(centred, x - x.mean(axis=0))
    scaled = Preparation(scale=True).fit(x).apply(x)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=0), 1)
    white = Preparation(whiten=5).fit(x).apply(x)
    np.testing.assert_allclose(np.cov(white.T), np.eye(5), atol=1e-10)
    unit = Preparation(centre=True, unit=True).fit(x).apply(x)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1)


def test_whitening_is_scikit_learns(rng: np.random.Generator) -> None:
    """The same components up to sign, on rows that were not fitted too."""
    from sklearn.decomposition import PCA

    x, other = rng.normal(size=(20, 30)), rng.normal(size=(7, 30))
    expected = PCA(6, whiten=True, svd_solver="full").fit(x).transform(other)
    found = Preparation(whiten=6).fit(x).apply(other)
    np.testing.assert_allclose(np.abs(found), np.abs(expected), rtol=1e-8)


def test_there_are_no_more_components_than_rows_allow(rng: np.random.Generator) -> None:
    """Ten rows span nine directions about their mean; noise of rounding is not blown up."""
    x = rng.normal(size=(10, 30))
    assert Preparation(whiten=64).fit(x).apply(x).shape == (10, 9)


def test_features_that_do_not_vary_become_zero(rng: np.random.Generator) -> None:
    """Also in rows where they do vary: the training rows cannot say by how much."""
    x = rng.normal(size=(20, 3))
    x[:, 1] = 0.1
    fitted = Preparation(scale=True).fit(x)
    assert (fitted.apply(x + np.array([0.0, 7.0, 0.0]))[:, 1] == 0).all()


def test_rows_of_zeros_stay() -> None:
    """No division by nothing."""
    assert unit_rows(np.zeros((2, 3))).tolist() == [[0.0] * 3] * 2


@pytest.mark.parametrize(
    ("preparation", "name"),
    [
        (Preparation(), "raw"),
        (Preparation(centre=True, unit=True), "centre+unit"),
        (Preparation(whiten=64, unit=True), "whiten64+unit"),
    ],
)
def test_names(preparation: Preparation, name: str) -> None:
    """As they stand in results."""
    assert str(preparation) == name
