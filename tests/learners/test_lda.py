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
