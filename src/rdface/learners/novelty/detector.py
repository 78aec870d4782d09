"""What a novelty score is, and the registry of all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, Self

from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats, Preparation
from rdface.registry import Registry


class Novelty(ABC):
    """Says of an embedding how far it lies from the training images.

    A score has no hyper-parameter that anything could be chosen by: strangers are not to be had
    before they come. It is fitted once, on training rows, and scores every row by itself.

    Attributes:
        preparation: What is done to each backbone's embeddings first, fitted on the same rows.
    """

    preparation: ClassVar[Preparation]

    @abstractmethod
    def fit(self, x: Floats, y: Labels) -> Self:
        """Fit on prepared training rows ``x [N, D]`` of the conditions ``y [N]``."""

    @abstractmethod
    def scores(self, x: Floats) -> Floats:
        """Score prepared rows ``[M, D]``: ``float64 [M]``, higher is stranger."""


NOVELTY: Registry[type[Novelty]] = Registry("novelty score", "rdface.learners.novelty")
"""All novelty scores by name."""
