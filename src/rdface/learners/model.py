"""One backbone's model: a preparation and a learner, chosen and fitted together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdface.learners.learner import Labels, Learner, Parameters
from rdface.learners.preparation import FittedPreparation, Floats, Preparation
from rdface.metrics import mean_reciprocal_rank


@dataclass(frozen=True)
class Model:
    """A fitted preparation with the learner that was fitted behind it.

    Attributes:
        preparation: Fitted.
        learner: Fitted on what the preparation gave.
        parameters: The learner's hyper-parameters.
    """

    preparation: FittedPreparation
    learner: Learner
    parameters: Parameters

    def scores(self, x: Floats) -> Floats:
        """Score embeddings ``[M, D]``: ``float64 [M, n_conditions]``."""
        return self.learner.scores(self.preparation.apply(x))


def fit_model(
    kind: type[Learner],
    x: Floats,
    y: Labels,
    *,
    n_conditions: int,
    preparation: Preparation,
    parameters: Parameters,
) -> Model:
    """Fit with settings that are already chosen.

    Args:
        kind: The learner.
        x: Training embeddings ``[N, D]``, and nothing else.
        y: Their conditions ``[N]``.
        n_conditions: Number of all conditions.
        preparation: What is done to the embeddings first.
        parameters: Of the learner.
    """
    fitted = preparation.fit(x)
    learner = kind(**parameters).fit(fitted.apply(x), y, n_conditions=n_conditions)
    return Model(fitted, learner, parameters)


def choose_model(
    kind: type[Learner],
    x: Floats,
    y: Labels,
    x_validation: Floats,
    y_validation: Labels,
    *,
    n_conditions: int,
) -> tuple[Model, float]:
    """Fit every candidate on the training rows, keep the best on validation.

    The criterion is the mean reciprocal rank; at a tie the first candidate of the grid wins.
    Without validation rows the first candidate is taken.

    Args:
        kind: The learner.
        x: Training embeddings ``[N, D]``.
        y: Their conditions ``[N]``.
        x_validation: Embeddings of the inner split ``[V, D]``.
        y_validation: Their conditions ``[V]``.
        n_conditions: Number of all conditions.

    Returns:
        The model, fitted on the training rows alone, and its criterion (NaN without validation).
    """
    best: tuple[Model, float] | None = None
    for preparation in kind.preparations:
        fitted = preparation.fit(x)
        grid = kind.grid if len(y_validation) else kind.grid[:1]
        path = kind.fit_path(fitted.apply(x), y, n_conditions=n_conditions, grid=grid)
        for parameters, learner in zip(grid, path, strict=True):
            model = Model(fitted, learner, parameters)
            if not len(y_validation):
                return model, np.nan
            criterion = mean_reciprocal_rank(model.scores(x_validation), y_validation)
            if best is None or criterion > best[1]:
                best = model, criterion
    assert best is not None  # noqa: S101 - every learner has a preparation
    return best
