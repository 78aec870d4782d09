"""Shrinkage LDA against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners import LEARNERS


@pytest.mark.parametrize("shrinkage", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("n_features", [30, 90])
def test_it_is_scikit_learns_up_to_the_prior(
    rng: np.random.Generator, shrinkage: float, n_features: int
) -> None:
    """With fewer and with more features than rows; differences between conditions agree."""
    from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

    y = np.repeat(np.arange(5), [20, 15, 10, 8, 2])
    x = rng.normal(size=(5, n_features))[y] + rng.normal(size=(55, n_features))
    x_test = rng.normal(size=(9, n_features))
    reference = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=shrinkage).fit(x, y)
    expected = reference.decision_function(x_test) - np.log(reference.priors_)
    found = LEARNERS.get("lda")(shrinkage=shrinkage).fit(x, y, n_conditions=5).scores(x_test)
    np.testing.assert_allclose(
        found - found[:, :1], expected - expected[:, :1], rtol=1e-7, atol=1e-7
    )


def test_full_shrinkage_is_the_nearest_mean(clusters) -> None:  # noqa: ANN001
    """By Euclidean distance."""
    x, y, x_test, _ = clusters
    scores = LEARNERS.get("lda")(shrinkage=1.0).fit(x, y, n_conditions=7).scores(x_test)
    present = np.unique(y)
    means = np.array([x[y == condition].mean(axis=0) for condition in present])
    distances = np.linalg.norm(x_test[:, None] - means, axis=2)
    assert (present[distances.argmin(axis=1)] == scores.argmax(axis=1)).all()


@pytest.mark.parametrize("images", [1, 3])
@pytest.mark.parametrize("shrinkage", [0.05, 0.95])
def test_without_variance_within_conditions_it_is_the_nearest_mean(
    rng: np.random.Generator, shrinkage: float, images: int
) -> None:
    """One image of each condition, or the same one thrice: no division by nothing."""
    x = np.repeat(rng.normal(size=(6, 9)), images, axis=0)
    y = np.repeat(np.arange(6), images)
    x_test = rng.normal(size=(20, 9))
    scores = LEARNERS.get("lda")(shrinkage=shrinkage).fit(x, y, n_conditions=6).scores(x_test)
    assert np.abs(scores).max() < 1e4
    distances = np.linalg.norm(x_test[:, None] - x[::images], axis=2)
    assert (distances.argmin(axis=1) == scores.argmax(axis=1)).all()


@pytest.mark.parametrize("spread", [10.0**-n for n in range(4, 20)])
def test_scores_fit_float32_however_little_rows_vary(rng, spread: float) -> None:  # noqa: ANN001
    """On either side of where the variance counts as none."""
    y = np.repeat(np.arange(6), 2)
    x = rng.normal(size=(6, 9))[y] + spread * rng.normal(size=(12, 9))
    for shrinkage in (0.05, 0.95):
        learner = LEARNERS.get("lda")(shrinkage=shrinkage).fit(x, y, n_conditions=6)
        scores = learner.scores(100 * rng.normal(size=(8, 9))).astype(np.float32)
        assert np.isfinite(scores).all()
        assert (learner.scores(x).argmax(axis=1) == y).all()
