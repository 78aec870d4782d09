"""Models on frozen sface of which validation chooses something, and what it said of them."""

from __future__ import annotations

import numpy as np

from benchmarks.flaws.frozen import Frozen
from benchmarks.flaws.heads import LEARNING_RATE, hits, train_heads
from rdface.learners import LEARNERS
from rdface.learners.model import choose_model
from rdface.learners.tuning import Recipe
from rdface.protocols.split import FoldRows

Result = tuple[np.ndarray, float, str]
"""Scores of the test rows, validation top-1, what was chosen."""


def prototypes(data: Frozen, folds: list[FoldRows], seed: int) -> list[Result]:
    """Prototypes; validation chooses the preparation of the embeddings."""
    x, results = data.features["sface"].astype(np.float64), []
    for fold in folds:
        y = data.labels[fold.validation]
        model, _ = choose_model(
            LEARNERS.get("prototype"),
            x[fold.train],
            data.labels[fold.train],
            x[fold.validation],
            y,
            n_conditions=data.n_conditions,
        )
        top1 = hits(model.scores(x[fold.validation]), y)
        results.append((model.scores(x[fold.test]), top1, str(model.preparation.preparation)))
    return results


def heads(data: Frozen, folds: list[FoldRows], seed: int) -> list[Result]:
    """The paper's head; validation chooses the epoch."""
    recipe = Recipe(seed=1000 * seed, learning_rate=LEARNING_RATE)
    return [
        (found.scores, float(found.chosen["validation_top1"]), str(found.chosen["epoch"]))
        for found in train_heads(data, "sface", folds, recipe)
    ]
