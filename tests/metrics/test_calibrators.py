"""Calibrators find what was done to the scores, and leave alone what they know nothing of."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.metrics.calibrators import CALIBRATORS
from rdface.metrics.calibrators.dirichlet import (
    DiagonalDirichletCalibration,
    DirichletCalibration,
)
from rdface.metrics.calibrators.temperature import best_sharpness
from rdface.metrics.probabilities import log_softmax, negative_log


def world(n: int, n_conditions: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores whose softmax is true."""
    rng = np.random.default_rng(seed)
    scores = 1.5 * rng.normal(size=(n, n_conditions))
    p = np.exp(log_softmax(scores))
    return scores, (p.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1)


def test_all_are_registered() -> None:
    assert CALIBRATORS.names() == ["dirichlet", "dirichlet-diagonal", "none", "temperature"]


def test_the_temperature_is_that_of_a_search() -> None:
    from scipy.optimize import minimize_scalar

    scores, truth = world(300, 8)
    found = best_sharpness(scores * 40, truth)

    def loss(logarithm: float) -> float:
        return negative_log(log_softmax(scores * 40, np.exp(logarithm)), truth).mean()

    assert np.log(found) == pytest.approx(minimize_scalar(loss, (-6, 0)).x, abs=1e-4)
    assert found * 40 == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("name", ["dirichlet", "dirichlet-diagonal", "none", "temperature"])
def test_the_scale_of_scores_does_not_matter_unless_nothing_is_fitted(name: str) -> None:
    """And rows are mapped one by one; untrained conditions keep probability 0."""
    scores, truth = world(60, 5)
    scores[:, 4] = -np.inf
    truth = np.minimum(truth, 3)
    patient = np.arange(60) // 2
    kind = CALIBRATORS.get(name)
    logs = kind().fit(scores, truth, patient).log_probabilities(scores)
    assert np.isneginf(logs[:, 4]).all()
    assert np.allclose(np.exp(logs).sum(axis=1), 1)
    one = kind().fit(scores, truth, patient).log_probabilities(scores[7:8])
    assert np.allclose(one, logs[7:8])
    scaled = kind().fit(30 * scores, truth, patient).log_probabilities(30 * scores)
    assert np.allclose(np.exp(scaled), np.exp(logs), atol=1e-4) == (name != "none")


@pytest.mark.parametrize("name", ["dirichlet", "dirichlet-diagonal", "temperature"])
def test_nothing_to_learn_from_leaves_the_scores(name: str) -> None:
    """No row at all, or only rows of conditions that were not trained."""
    scores = np.array([[0.0, 1.0, -np.inf], [1.0, 0.0, -np.inf]])
    for n, truth in ((0, []), (2, [2, 2])):
        made = CALIBRATORS.get(name)().fit(scores[:n], np.array(truth, dtype=int), np.arange(n))
        assert np.allclose(made.log_probabilities(scores), log_softmax(scores))


def test_scores_without_information_end_at_the_ends_of_the_range() -> None:
    """Always right: as sharp as allowed. Always wrong: as flat as allowed. No infinities."""
    scores = np.tile([[1.0, 0.0, 0.0]], (20, 1))
    right, wrong = (best_sharpness(scores, np.full(20, truth)) for truth in (0, 1))
    assert 1e3 < right < np.inf
    assert 0 < wrong < 1e-3
    assert best_sharpness(np.zeros((5, 3)), np.zeros(5, dtype=int)) == 1.0


def test_with_many_images_the_full_map_is_logistic_regression_on_logarithms() -> None:
    """Nearly unpunished, it is scikit-learn's unpunished optimum."""
    from sklearn.linear_model import LogisticRegression

    scores, truth = world(3000, 4)
    bent = scores @ np.array([[1, 0.5, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0.5, 2]]) + [
        1,
        0,
        0,
        0,
    ]
    made = DirichletCalibration(strengths=(1e-6,)).fit(bent, truth, np.arange(3000))
    z = log_softmax(bent, made.sharpness)
    other = LogisticRegression(C=np.inf, tol=1e-8, max_iter=5000).fit(z, truth)
    mine = np.exp(made.log_probabilities(bent))
    assert np.abs(mine - other.predict_proba(z)).max() < 0.02


def test_offsets_of_conditions_are_learnt_from_many_images() -> None:
    """A finite strength is chosen, and new images are the better for it."""
    offsets = 2 * np.random.default_rng(5).normal(size=12)
    scores, truth = world(2000, 12)
    fresh, fresh_truth = world(2000, 12, seed=1)
    losses = []
    for name in ("temperature", "dirichlet-diagonal"):
        made = CALIBRATORS.get(name)().fit(scores + offsets, truth, np.arange(2000))
        logs = made.log_probabilities(fresh + offsets)
        losses.append(negative_log(logs, fresh_truth).mean())
    assert np.isfinite(made.settings["strength"])
    assert losses[1] < losses[0] - 0.05


def test_from_few_images_cross_validation_learns_next_to_nothing() -> None:
    """60 images of 12 conditions, ten times: forced, the map is worse; chosen, it is not."""
    chosen, forced, plain = [], [], []
    fresh, fresh_truth = world(1000, 12, seed=99)
    for seed in range(10):
        scores, truth = world(60, 12, seed=seed)
        for kept, made in (
            (chosen, DiagonalDirichletCalibration()),
            (forced, DiagonalDirichletCalibration(strengths=(0.1,))),
            (plain, CALIBRATORS.get("temperature")()),
        ):
            logs = made.fit(scores, truth, np.arange(60)).log_probabilities(fresh)
            kept.append(negative_log(logs, fresh_truth).mean())
    assert np.mean(chosen) < np.mean(plain) + 0.03
    assert np.mean(forced) > np.mean(plain) + 0.05


@pytest.mark.parametrize("kind", [DirichletCalibration, DiagonalDirichletCalibration])
def test_a_condition_without_calibration_images_is_not_driven_to_zero(kind) -> None:  # noqa: ANN001
    """Its own logit keeps the shared factor alone, and no finite strength here undoes that."""
    scores, truth = world(80, 6)
    truth = np.where(truth == 5, 0, truth)
    made = kind(strengths=(10.0,)).fit(scores, truth, np.arange(80))
    fresh, _ = world(50, 6, seed=9)
    assert np.exp(made.log_probabilities(fresh))[:, 5].max() > 0.01
    assert made.settings["strength"] == 10


def test_strengths_must_descend() -> None:
    with pytest.raises(ValueError, match="descending"):
        DirichletCalibration(strengths=(1.0, 10.0))
