"""Novelty scores: their formulae, and that strangers are stranger where they ought to be."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners.novelty import NOVELTY, novelty_of_fold
from rdface.learners.novelty.gaussian import ShrunkCovariance, means_and_deviations
from rdface.protocols import FoldRows


def worlds_apart(
    rng: np.random.Generator, distance: float
) -> tuple[dict[str, np.ndarray], np.ndarray, FoldRows]:
    """Ten known conditions of eight images, and five that are ``distance`` away from all."""
    centres = rng.normal(size=(15, 30)) * 2
    centres[10:] += distance
    labels = np.repeat(np.arange(15), 8)
    x = (centres[labels] + rng.normal(size=(120, 30))).astype(np.float32)
    known = np.flatnonzero(labels < 10)
    train, test = known[known % 8 < 6], known[known % 8 >= 6]
    rows = FoldRows(train[::2], train[1::2], np.concatenate([test, np.flatnonzero(labels >= 10)]))
    return {"only": x}, np.where(labels < 10, labels, -1), rows


@pytest.mark.parametrize("name", NOVELTY.names())
def test_strangers_are_stranger(name: str, rng: np.random.Generator) -> None:
    """20 known test images of known conditions, then 40 strangers."""
    features, labels, rows = worlds_apart(rng, 4.0)
    scores = novelty_of_fold(features, labels, rows, names=[name])[name]
    assert scores.shape == (60,)
    assert (scores[:20, None] < scores[20:]).mean() > 0.95


@pytest.mark.parametrize("name", NOVELTY.names())
def test_the_scale_of_a_feature_does_not_matter(name: str, rng: np.random.Generator) -> None:
    """An angle in degrees and one in radians are the same angle."""
    features, labels, rows = worlds_apart(rng, 1.0)
    scaled = {"only": features["only"] * np.geomspace(1e-3, 1e3, 30) + 5}
    before, after = (
        novelty_of_fold(x, labels, rows, names=[name])[name] for x in (features, scaled)
    )
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("name", NOVELTY.names())
def test_backbones_count_the_same_however_many_features_they_have(
    name: str, rng: np.random.Generator
) -> None:
    """A backbone beside a copy of itself with every feature three times: nothing is new."""
    features, labels, rows = worlds_apart(rng, 1.0)
    x = features["only"]
    doubled = {"a": x, "b": x}
    wider = {"a": x, "b": np.tile(x, 3)}
    one, other = (novelty_of_fold(f, labels, rows, names=[name])[name] for f in (doubled, wider))
    assert np.corrcoef(one, other)[0, 1] > 0.97


@pytest.mark.parametrize(("n", "n_features"), [(30, 50), (60, 8)])
def test_the_shrunk_covariance_is_that_of_scikit_learn(
    n: int, n_features: int, rng: np.random.Generator
) -> None:
    """Distances, though the matrix is never formed."""
    from sklearn.covariance import ledoit_wolf

    rows = rng.normal(size=(n, n_features)) * rng.uniform(0.2, 3, n_features)
    rows -= rows.mean(axis=0)
    covariance, shrinkage = ledoit_wolf(rows, assume_centered=True)
    fitted = ShrunkCovariance.fit(rows)
    assert fitted.shrinkage == pytest.approx(shrinkage)
    x, centres = rng.normal(size=(4, n_features)), rng.normal(size=(3, n_features))
    apart = x[:, None] - centres
    expected = np.einsum("ijk,kl,ijl->ij", apart, np.linalg.inv(covariance), apart)
    np.testing.assert_allclose(fitted.squared_distances(x, centres), expected, rtol=1e-9)


def test_deviations_are_unbiased(rng: np.random.Generator) -> None:
    """Pairs lie nearer to their own mean than to the true one, by half their variance."""
    y = np.repeat(np.arange(4000), 2)
    means, deviations = means_and_deviations(rng.normal(size=(8000, 3)), y)
    assert means.shape == (4000, 3)
    assert np.mean(deviations**2) == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("name", NOVELTY.names())
def test_one_image_a_condition_is_enough(name: str, rng: np.random.Generator) -> None:
    """Nothing varies within conditions then; the identity stands for the covariance."""
    features = {"only": rng.normal(size=(9, 5)).astype(np.float32)}
    rows = FoldRows(np.arange(6), np.empty(0, dtype=np.intp), np.arange(6, 9))
    labels = np.array([0, 1, 2, 3, 4, 5, -1, -1, -1])
    assert np.isfinite(novelty_of_fold(features, labels, rows, names=[name])[name]).all()
