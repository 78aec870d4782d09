"""Maps from scores to probabilities, fitted on images that the model has not seen."""

from rdface.metrics.calibrators.calibrator import CALIBRATORS, Calibrator

__all__ = ["CALIBRATORS", "Calibrator"]
