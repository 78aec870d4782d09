"""Train a network, or a head on a frozen one, on the pictures of a fold (extra ``torch``)."""

from rdface.learners.tuning.deciding import deciding
from rdface.learners.tuning.recipe import Recipe
from rdface.learners.tuning.trainer import TRAINERS, Material, Trainer, TunedScores

__all__ = ["TRAINERS", "Material", "Recipe", "Trainer", "TunedScores", "deciding"]
