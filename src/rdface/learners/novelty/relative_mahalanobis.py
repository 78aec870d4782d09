"""Relative Mahalanobis distance.

Ren et al., "A simple fix to Mahalanobis distance for improving near-OOD detection", arXiv
2106.09022: the distance to one Gaussian over all images is taken off, so that only what tells
conditions apart counts.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from rdface.learners.learner import Labels
from rdface.learners.novelty.detector import NOVELTY, Novelty
from rdface.learners.novelty.gaussian import ShrunkCovariance
from rdface.learners.novelty.mahalanobis import Mahalanobis
from rdface.learners.preparation import Floats, Preparation


@NOVELTY.register("relative_mahalanobis")
class RelativeMahalanobis(Novelty):
    """Mahalanobis distance to the nearest condition minus that to all images, per feature."""

    preparation: ClassVar[Preparation] = Preparation(scale=True)

    def fit(self, x: Floats, y: Labels) -> Self:
        """Estimate the Gaussians of the conditions and the one of all rows."""
        self._near = Mahalanobis().fit(x, y)
        self._middle = x.mean(axis=0, keepdims=True)
        self._overall = ShrunkCovariance.fit(x - self._middle)
        return self

    def scores(self, x: Floats) -> Floats:
        """The difference of both distances; may be below 0."""
        background = self._overall.squared_distances(x, self._middle)[:, 0]
        return np.asarray(self._near.scores(x) - background / x.shape[1])
