"""The logistic probe against scikit-learn's in all features."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners import LEARNERS


@pytest.mark.parametrize("n_features", [10, 120])
def test_the_rotation_changes_nothing(rng: np.random.Generator, n_features: int) -> None:
    """Fitted in the span of the rows or in all features: the same probabilities."""
    from sklearn.linear_model import LogisticRegression

    y = np.repeat(np.arange(4), [12, 10, 8, 5])
    x = rng.normal(size=(4, n_features))[y] + rng.normal(size=(35, n_features))
    x_test = rng.normal(size=(9, n_features))
    size = np.sqrt(np.mean(np.sum(x**2, axis=1)))
    reference = LogisticRegression(C=10.0, tol=1e-8, max_iter=5000).fit(x / size, y)
    found = LEARNERS.get("logistic")(c=10.0).fit(x, y, n_conditions=4).scores(x_test)
    np.testing.assert_allclose(np.exp(found), reference.predict_proba(x_test / size), atol=1e-4)


def test_scores_are_log_probabilities(clusters) -> None:  # noqa: ANN001
    """They add up to 1 over the trained conditions."""
    x, y, x_test, _ = clusters
    scores = LEARNERS.get("logistic")(c=100.0).fit(x, y, n_conditions=7).scores(x_test)
    np.testing.assert_allclose(np.exp(scores).sum(axis=1), 1)


def test_the_size_of_the_embeddings_does_not_matter(clusters) -> None:  # noqa: ANN001
    """The penalty means the same for every backbone."""
    x, y, x_test, _ = clusters
    kind = LEARNERS.get("logistic")
    small = kind(c=10.0).fit(x, y, n_conditions=7).scores(x_test)
    large = kind(c=10.0).fit(1000 * x, y, n_conditions=7).scores(1000 * x_test)
    np.testing.assert_allclose(np.exp(small), np.exp(large), atol=1e-6)
