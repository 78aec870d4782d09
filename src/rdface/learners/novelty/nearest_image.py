"""Distance to the nearest training image.

Sun et al., "Out-of-distribution detection with deep nearest neighbors", ICML 2022 (arXiv
2204.06507): the Euclidean distance of unit vectors to the k-th nearest of all training images.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from rdface.learners.learner import Labels
from rdface.learners.novelty.detector import NOVELTY, Novelty
from rdface.learners.preparation import Floats, Preparation, unit_rows


@NOVELTY.register("knn_distance")
class NearestImageDistance(Novelty):
    """Euclidean distance between unit vectors, to the nearest training image (k = 1).

    Most conditions have two or three training images; a larger k would count those of others.
    """

    preparation: ClassVar[Preparation] = Preparation(scale=True, unit=True)

    def fit(self, x: Floats, y: Labels) -> Self:
        """Keep the rows; their conditions do not matter."""
        self._gallery = unit_rows(x)
        return self

    def scores(self, x: Floats) -> Floats:
        """The distance, 0 to 2."""
        nearest = (unit_rows(x) @ self._gallery.T).max(axis=1)
        return np.asarray(np.sqrt(np.maximum(2.0 - 2.0 * nearest, 0.0)))
