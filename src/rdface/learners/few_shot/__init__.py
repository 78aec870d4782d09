"""Few images of new conditions -> which of them another image shows."""

from rdface.learners.few_shot.method import METHODS, FewShotMethod, FrozenMethod, make_method
from rdface.learners.few_shot.trained import Pictures, Trained, TrainedMethod

__all__ = [
    "METHODS",
    "FewShotMethod",
    "FrozenMethod",
    "Pictures",
    "Trained",
    "TrainedMethod",
    "make_method",
]
