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


@pytest.mark.parametrize("c", [1.0, 1000.0])
def test_two_conditions_are_softmax_regression_too(rng: np.random.Generator, c: float) -> None:
    """The optimum of the two-column objective, found by another optimiser."""
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    y = np.repeat([0, 1], [14, 6])
    x = 0.7 * np.eye(2, 3)[y] + rng.normal(size=(20, 3))
    x /= np.sqrt(np.mean(np.sum(x**2, axis=1)))
    x_test = rng.normal(size=(7, 3))

    def logits(flat: np.ndarray, rows: np.ndarray) -> np.ndarray:
        return rows @ flat[:6].reshape(3, 2) + flat[6:]

    def objective(flat: np.ndarray) -> float:
        log_p = log_softmax(logits(flat, x), axis=1)
        return float(0.5 * np.sum(flat[:6] ** 2) - c * log_p[np.arange(20), y].sum())

    optimum = minimize(objective, np.zeros(8), method="BFGS", options={"gtol": 1e-7})
    found = LEARNERS.get("logistic")(c=c).fit(x, y, n_conditions=2).scores(x_test)
    expected = log_softmax(logits(optimum.x, x_test), axis=1)
    np.testing.assert_allclose(np.exp(found), np.exp(expected), atol=2e-4)


def test_a_single_condition_is_certain(rng: np.random.Generator) -> None:
    """Its log-probability is 0 everywhere."""
    learner = LEARNERS.get("logistic")().fit(
        rng.normal(size=(4, 3)), np.ones(4, int), n_conditions=2
    )
    assert learner.scores(rng.normal(size=(2, 3))).tolist() == [[-np.inf, 0.0]] * 2
