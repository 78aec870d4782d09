"""No calibration: the softmax of the scores as they are."""

from __future__ import annotations

from typing import Self

from rdface.metrics.calibrators.calibrator import CALIBRATORS, Calibrator, Numbers
from rdface.metrics.probabilities import log_softmax
from rdface.metrics.ranking import Floats


@CALIBRATORS.register("none")
class Uncalibrated(Calibrator):
    """Softmax of the scores.

    Scores of the linear probe are logarithms of probabilities already; those of the other
    learners (cosines, densities, z-scores of ensembles) have a scale that means nothing here.
    """

    def fit(self, scores: Floats, truth: Numbers, patient: Numbers) -> Self:
        """Fit nothing."""
        return self

    def log_probabilities(self, scores: Floats) -> Floats:
        """The logarithm of the softmax."""
        return log_softmax(scores)

    @property
    def settings(self) -> dict[str, float]:
        """None."""
        return {}
