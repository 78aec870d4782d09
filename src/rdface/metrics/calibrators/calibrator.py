"""What a calibrator is, and the registry of all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Bools, Floats
from rdface.registry import Registry

Numbers = NDArray[np.integer[Any]]


class Calibrator(ABC):
    """Turns scores into probabilities.

    It is fitted on calibration rows, which the model was not fitted on, and maps every row by
    itself: the probabilities of one image must not depend on which others are mapped with it.
    """

    @abstractmethod
    def fit(self, scores: Floats, truth: Numbers, patient: Numbers) -> Self:
        """Fit on calibration rows.

        Args:
            scores: ``float64 [N, C]``, ``-inf`` where a condition was not trained.
            truth: ``int [N]``. Rows whose true condition was not trained teach nothing about how
                sure the model should be of the others; they are left out.
            patient: ``int [N]``, numbers that tell patients apart.
        """

    @abstractmethod
    def log_probabilities(self, scores: Floats) -> Floats:
        """``float64 [M, C]``, natural logarithms; ``-inf`` where a condition was not trained."""

    @property
    @abstractmethod
    def settings(self) -> dict[str, float]:
        """What was fitted or chosen, in numbers worth showing."""


CALIBRATORS: Registry[type[Calibrator]] = Registry("calibrator", "rdface.metrics.calibrators")
"""All calibrators by name."""


def trained_truth(scores: Floats, truth: Numbers) -> Bools:
    """Rows whose true condition has a finite score, ``bool [N]``."""
    return np.asarray(np.isfinite(scores[np.arange(len(truth)), truth]))
