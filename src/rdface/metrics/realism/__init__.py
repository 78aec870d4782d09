"""How far generated faces lie from real ones, beside how far real ones lie from each other."""

from rdface.metrics.realism.frechet import frechet_distance
from rdface.metrics.realism.kernel_distance import cmmd, gaussian_mmd, kid, median_distance
from rdface.metrics.realism.neighbours import Prdc, prdc

__all__ = [
    "Prdc",
    "cmmd",
    "frechet_distance",
    "gaussian_mmd",
    "kid",
    "median_distance",
    "prdc",
]
