"""How strange an image is to what a model was trained on, by its embedding alone."""

from rdface.learners.novelty.detector import NOVELTY, Novelty
from rdface.learners.novelty.fold import novelty_of_fold

__all__ = ["NOVELTY", "Novelty", "novelty_of_fold"]
