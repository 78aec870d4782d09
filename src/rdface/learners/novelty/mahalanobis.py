"""Mahalanobis distance to the nearest condition.

Lee et al., "A simple unified framework for detecting out-of-distribution samples and adversarial
attacks", NeurIPS 2018 (arXiv 1807.03888): one Gaussian a class, one covariance for all of them.
Here that covariance is shrunk, for there are more features than images.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from rdface.learners.learner import Labels
from rdface.learners.novelty.detector import NOVELTY, Novelty
from rdface.learners.novelty.gaussian import ShrunkCovariance, means_and_deviations
from rdface.learners.preparation import Floats, Preparation


@NOVELTY.register("mahalanobis")
class Mahalanobis(Novelty):
    """Squared Mahalanobis distance to the nearest condition's mean, per feature.

    The covariance is that within conditions. Dividing by the number of features changes no order;
    a typical image of a condition whose mean is well known has a distance of about 1.
    """

    preparation: ClassVar[Preparation] = Preparation(scale=True)

    def fit(self, x: Floats, y: Labels) -> Self:
        """Estimate the means and the covariance within conditions."""
        self._means, deviations = means_and_deviations(x, y)
        self._within = ShrunkCovariance.fit(deviations)
        return self

    def scores(self, x: Floats) -> Floats:
        """Distance to the nearest mean."""
        squared = self._within.squared_distances(x, self._means)
        return np.asarray(squared.min(axis=1) / x.shape[1])
