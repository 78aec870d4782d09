"""Choosing among candidates."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np

from rdface.learners import LEARNERS, Learner, Preparation
from rdface.learners.model import choose_model


class Quality(Learner):
    """Scores the truth, handed in as the first feature, better for a better ``quality``."""

    preparations: ClassVar = (Preparation(), Preparation(scale=True))
    grid: ClassVar = [{"quality": 0}, {"quality": 2}, {"quality": 1}, {"quality": 2}]

    def __init__(self, *, quality: int) -> None:
        self.quality = quality

    def fit(self, x: Any, y: Any, *, n_conditions: int) -> Self:  # noqa: ANN401
        """Nothing to fit."""
        self.n_conditions = n_conditions
        return self

    def scores(self, x: Any) -> Any:  # noqa: ANN401
        """Rank of the truth falls with quality."""
        truth = np.rint(x[:, 0]).astype(int)
        scores = np.tile(np.linspace(0.4, 0.6, self.n_conditions), (len(x), 1))
        scores[np.arange(len(x)), truth] = 0.35 * self.quality
        return scores


def test_the_best_wins_and_a_tie_goes_to_the_first() -> None:
    """Two points of the grid and two preparations are equally good."""
    y = np.array([0, 1, 2])
    x = y[:, None].astype(float)
    model, criterion = choose_model(Quality, x, y, x, y, n_conditions=3)
    assert model.parameters is Quality.grid[1]
    assert model.preparation.preparation is Quality.preparations[0]
    assert criterion == 1.0


def test_without_validation_the_first_is_taken() -> None:
    """And its criterion is not a number."""
    y = np.array([0, 1, 2])
    x = y[:, None].astype(float)
    model, criterion = choose_model(Quality, x, y, x[:0], y[:0], n_conditions=3)
    assert model.parameters is Quality.grid[0]
    assert np.isnan(criterion)


def test_validation_finds_what_helps(rng: np.random.Generator) -> None:
    """One feature drowns the others; only a preparation that scales it down can see."""
    y = np.tile(np.arange(4), 30)
    x = np.hstack([1e4 * rng.normal(size=(120, 1)), 3 * np.eye(4)[y] + rng.normal(size=(120, 4))])
    model, _ = choose_model(
        LEARNERS.get("prototype"), x[:60], y[:60], x[60:], y[60:], n_conditions=4
    )
    assert model.preparation.preparation.scale or model.preparation.preparation.whiten
