"""A covariance with more features than images: shrunk, and never formed.

Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", Journal
of Multivariate Analysis 2004, chooses how far it is shrunk to a multiple of the identity, from
the rows themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats

_NO_VARIANCE = 1e-12


@dataclass(frozen=True, eq=False)
class ShrunkCovariance:
    """S* = (1 - s) S + s m I, with S the covariance of rows around zero and m = tr S / D.

    Attributes:
        directions: ``float64 [K, D]``, eigenvectors of S.
        spanned: ``float64 [K]``, what the inverse has along them more than off them.
        floor: s m, the eigenvalue off them.
        shrinkage: s, 0 to 1.
    """

    directions: Floats
    spanned: Floats
    floor: float
    shrinkage: float

    @classmethod
    def fit(cls, deviations: Floats) -> Self:
        """Fit on rows ``[N, D]`` whose mean is zero; with no variance at all it is I."""
        from sklearn.covariance import ledoit_wolf_shrinkage

        n, n_features = deviations.shape
        total = float(np.sum(deviations**2))
        if not n or total <= _NO_VARIANCE:
            return cls(np.empty((0, n_features)), np.empty(0), 1.0, 1.0)
        # The formula can give 0 where there are few features; the inverse must exist.
        shrinkage = max(float(ledoit_wolf_shrinkage(deviations, assume_centered=True)), 1e-6)
        _, lengths, directions = np.linalg.svd(deviations, full_matrices=False)
        eigenvalues = lengths**2 / n
        floor = shrinkage * total / n / n_features
        spanned = 1.0 / ((1.0 - shrinkage) * eigenvalues + floor) - 1.0 / floor
        return cls(directions, spanned, floor, shrinkage)

    def whitener(self) -> tuple[Floats, Floats]:
        """Directions and the factors along them that turn differences into whitened ones."""
        return self.directions, np.sqrt(np.maximum(1.0 + self.floor * self.spanned, 0.0))

    def squared_distances(self, x: Floats, centres: Floats) -> Floats:
        """Mahalanobis distances, squared: ``x [M, D]`` to ``centres [K, D]`` gives ``[M, K]``."""
        directions, factors = self.whitener()

        def whitened(rows: Floats) -> Floats:
            along = rows @ directions.T
            return np.asarray(rows + (along * (factors - 1.0)) @ directions)

        rows, means = whitened(x), whitened(centres)
        squares = np.sum(rows**2, axis=1)[:, None] + np.sum(means**2, axis=1)
        return np.asarray(np.maximum(squares - 2.0 * rows @ means.T, 0.0) / self.floor)


def means_and_deviations(x: Floats, y: Labels) -> tuple[Floats, Floats]:
    """Mean of each condition, and what rows deviate from it, made unbiased.

    The mean of n rows lies nearer to them than the true one does, so their deviations are
    multiplied by sqrt(n / (n - 1)). A single row says nothing and is left out.

    Returns:
        ``[K, D]`` and ``[rows of conditions with several, D]``.
    """
    _, place, counts = np.unique(y, return_inverse=True, return_counts=True)
    members = (place == np.arange(len(counts))[:, None]).astype(np.float64)
    means = (members @ x) / counts[:, None]
    several = counts[place] > 1
    n = counts[place][several]
    return means, (x - means[place])[several] * np.sqrt(n / (n - 1))[:, None]
