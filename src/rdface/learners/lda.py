"""Linear discriminant analysis with a shrunk covariance.

Friedman, "Regularized discriminant analysis", JASA 1989. With more features than images only
the shrinkage makes the covariance within conditions invertible.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Self

import numpy as np

from rdface.learners.learner import LEARNERS, Labels, Learner, Parameters, spread_columns
from rdface.learners.preparation import Floats, Preparation

_NO_VARIANCE = 1e-12


@LEARNERS.register("lda")
class ShrinkageLDA(Learner):
    """Gaussian discriminant with one covariance, S* = (1 - s) S + s (tr S / D) I.

    S is the pooled covariance within conditions. It is never formed: its eigenvectors with an
    eigenvalue above zero span at most N directions, and S* is a multiple of I on all others, so
    the result is exact. All conditions have the same prior, for the number of published pictures
    of a condition is no prevalence.

    Where the rows do not vary within conditions (one image of each), S says nothing: with less
    than 1e-12 of the rows' mean square the scores are those of the nearest mean, at unit variance.

    Args:
        shrinkage: s, above 0 and at most 1; at 1 it is the nearest mean.
    """

    preparations: ClassVar[tuple[Preparation, ...]] = (
        Preparation(centre=True, unit=True),
        Preparation(scale=True),
    )
    grid: ClassVar[list[Parameters]] = [
        {"shrinkage": shrinkage} for shrinkage in (0.95, 0.8, 0.6, 0.4, 0.2, 0.05)
    ]

    def __init__(self, *, shrinkage: float = 0.8) -> None:
        self._shrinkage = shrinkage
        self._n_conditions = 0
        self._present: Labels = np.empty(0, dtype=np.intp)
        self._weights: Floats = np.empty((0, 0))
        self._offsets: Floats = np.empty(0)

    def fit(self, x: Floats, y: Labels, *, n_conditions: int) -> Self:
        """Estimate the means and the shrunk covariance."""
        (fitted,) = self.fit_path(
            x, y, n_conditions=n_conditions, grid=[{"shrinkage": self._shrinkage}]
        )
        self.__dict__.update(fitted.__dict__)
        return self

    @classmethod
    def fit_path(
        cls, x: Floats, y: Labels, *, n_conditions: int, grid: Sequence[Parameters]
    ) -> list[Self]:
        """Decompose the covariance once for every shrinkage."""
        present, place, counts = np.unique(y, return_inverse=True, return_counts=True)
        members = (place == np.arange(len(present))[:, None]).astype(np.float64)
        means = (members @ x) / counts[:, None]
        within = x - means[place]
        _, lengths, directions = np.linalg.svd(within, full_matrices=False)
        eigenvalues = lengths**2 / len(x)
        # The bulk: what the identity gives to every direction, spanned or not.
        bulk = float(eigenvalues.sum()) / x.shape[1]
        if bulk <= _NO_VARIANCE * float(np.mean(x**2)):
            bulk, eigenvalues = 1.0, np.zeros_like(eigenvalues)
        middle = means.mean(axis=0)
        centred = means - middle
        along = centred @ directions.T
        learners = []
        for point in grid:
            learner = cls(**point)
            floor = learner._shrinkage * bulk
            # 1 / (eigenvalue of S*) = 1 / floor off the span, less by this much on it.
            spanned = 1.0 / ((1.0 - learner._shrinkage) * eigenvalues + floor) - 1.0 / floor
            weights = centred / floor + (along * spanned) @ directions
            learner._n_conditions = n_conditions
            learner._present = present
            learner._weights = weights.T
            learner._offsets = -0.5 * np.sum(weights * centred, axis=1) - weights @ middle
            learners.append(learner)
        return learners

    def scores(self, x: Floats) -> Floats:
        """Log-density of each condition, up to a term that is the same for all of them."""
        return spread_columns(x @ self._weights + self._offsets, self._present, self._n_conditions)
