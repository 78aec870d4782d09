"""SimpleShot: centre, divide by the length, nearest mean.

Y. Wang, W.-L. Chao, K. Q. Weinberger, L. van der Maaten: SimpleShot: revisiting nearest-neighbor
classification for few-shot learning. arXiv 1911.04623, 2019; their variant "CL2N".
"""

from __future__ import annotations

from rdface.learners.few_shot.distances import Distance, distances, unit
from rdface.learners.few_shot.method import METHODS, FrozenMethod
from rdface.learners.preparation import Floats
from rdface.protocols.few_shot.drawing import Rows


@METHODS.register("simpleshot")
class SimpleShot(FrozenMethod):
    """Centring by the other conditions' mean, unit length, nearest mean of the support.

    Attributes:
        distance: To the mean.
    """

    distance: Distance = "squared-euclidean"

    def prepare(self, embeddings: Floats, development: Rows) -> Floats:
        """Take off the mean of the conditions that are not held out; divide by the length."""
        return unit(embeddings - embeddings[development].mean(axis=0))

    def answer(self, support: Floats, queries: Floats) -> Floats:
        """Minus the distance to the mean of each condition's support."""
        return -distances(queries, support.mean(axis=2), self.distance)
