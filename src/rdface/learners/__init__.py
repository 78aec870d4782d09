"""Embeddings or pictures of a fold's training images -> ranked conditions for its test images."""

from rdface.learners.fold import FoldScores, fit_fold
from rdface.learners.learner import LEARNERS, Learner
from rdface.learners.model import Model, fit_model
from rdface.learners.preparation import Preparation

__all__ = [
    "LEARNERS",
    "FoldScores",
    "Learner",
    "Model",
    "Preparation",
    "fit_fold",
    "fit_model",
]
