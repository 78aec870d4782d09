"""Nearest prototype on frozen embeddings.

J. Snell, K. Swersky, R. Zemel: Prototypical networks for few-shot learning. NeurIPS 2017; here
without their training, which is the baseline that the RDFace paper lacks (flaw F10).
"""

from __future__ import annotations

from rdface.learners.few_shot.distances import Distance, distances
from rdface.learners.few_shot.method import METHODS, FrozenMethod
from rdface.learners.preparation import Floats


@METHODS.register("prototypes")
class Prototypes(FrozenMethod):
    """Nearest mean of the support, frozen embeddings.

    Attributes:
        distance: To the mean.
    """

    distance: Distance = "squared-euclidean"

    def answer(self, support: Floats, queries: Floats) -> Floats:
        """Minus the distance to the mean of each condition's support."""
        return -distances(queries, support.mean(axis=2), self.distance)
