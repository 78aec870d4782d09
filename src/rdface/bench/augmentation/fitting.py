"""Fit one model on real and synthetic rows, and rank the truth of the test rows."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rdface.bench.augmentation.plan import HEAD
from rdface.learners import fit_fold
from rdface.learners.tuning import TRAINERS, Material, Recipe, TunedScores
from rdface.metrics.ranking import Floats, Ints, true_ranks
from rdface.protocols.split import FoldRows

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Training:
    """What one arm trains on, beside the real images that validate and test.

    Attributes:
        real: Rows of real images; none where only synthetic ones train.
        made: ``float32 [S, D]`` of synthetic images.
        labels: ``intp [S]``, what they are said to show.
    """

    real: Rows
    made: NDArray[np.float32]
    labels: Rows


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a model came to.

    Attributes:
        ranks: ``int64 [n_test]``.
        candidates: Conditions with training images.
        criterion: On validation: MRR, or top-1 of a trained head; NaN without validation images.
        updates: Optimiser steps; 0 for what is solved and not trained.
    """

    ranks: Ints
    candidates: int
    criterion: float
    updates: int


def fit_arm(
    x: NDArray[np.float32],
    labels: Rows,
    fold: FoldRows,
    training: Training,
    *,
    learner: str,
    n_conditions: int,
    recipe: Recipe,
) -> Fitted:
    """Fit on the training rows of an arm; validation rows choose, test rows are ranked.

    Nothing is refitted on validation rows: a generator has not seen them either, and an arm
    without synthetic images is to have no more real ones than the others.

    Args:
        x: ``[N, D]`` of the real cohort.
        labels: ``intp [N]``.
        fold: ``train`` is that of the regime, and real images of an arm are all of them or none.
        training: The arm.
        learner: Name, or ``head``.
        n_conditions: Of the cohort.
        recipe: Of ``head``. Its updates are those of as many passes over the *regime's real
            images*, whatever the arm trains on.
    """
    n_real, n_made = len(training.real), len(training.labels)
    parts = [training.real, fold.validation, fold.test]
    held = np.concatenate(parts[1:])
    features = np.concatenate([x[training.real], training.made, x[held]]).astype(np.float32)
    truth = np.concatenate([labels[training.real], training.labels, labels[held]])
    ends = np.cumsum([n_real + n_made, len(fold.validation), len(fold.test)])
    rows = FoldRows(np.arange(ends[0]), np.arange(ends[0], ends[1]), np.arange(ends[1], ends[2]))
    if learner == HEAD:
        scores, criterion, updates = _train_head(
            features, truth, rows, len(fold.train), n_conditions, recipe
        )
    else:
        found = fit_fold(
            {"x": features}, truth, rows, learner=learner, n_conditions=n_conditions, refit=False
        )
        said = found.chosen["x"]["validation_mrr"]
        scores, criterion, updates = found.scores, np.nan if said is None else float(said), 0
    return Fitted(
        true_ranks(scores, truth[rows.test]),
        len(np.unique(truth[rows.train])),
        criterion,
        updates,
    )


def _train_head(
    features: NDArray[np.float32],
    truth: Rows,
    rows: FoldRows,
    n_budget: int,
    n_conditions: int,
    recipe: Recipe,
) -> tuple[Floats, float, int]:
    # The trainer counts an epoch's images by those that are not synthetic. As many rows as the
    # regime has real images are said to be none, so that every arm has the same updates; who they
    # are makes no other difference. Fewer synthetic images than that, alone, come several times.
    if len(rows.train) < n_budget:
        rows = FoldRows(np.resize(rows.train, n_budget), rows.validation, rows.test)
    synthetic = np.zeros(len(truth), dtype=np.bool_)
    synthetic[rows.train[n_budget:]] = True
    material = Material(
        labels=truth, synthetic=synthetic, n_conditions=n_conditions, embeddings=features
    )
    done: list[TunedScores] = []
    with tempfile.TemporaryDirectory(prefix="rdface-") as folder:
        TRAINERS.get(HEAD)().train(
            material,
            {0: rows},
            recipe,
            folder=Path(folder),
            done=lambda _, found: done.append(found),
        )
    (found,) = done
    counted = int(np.count_nonzero(~synthetic[rows.train]))
    steps = -(-counted // recipe.batch) - (counted > recipe.batch and counted % recipe.batch == 1)
    return (
        found.scores.astype(np.float64),
        float(found.chosen["validation_top1"]),
        steps * len(found.history),
    )
