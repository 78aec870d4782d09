"""Choose and fit a metric on frequent conditions; the rest of the gallery is never looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.learners.gallery.metric import MetricLearner, Projection, TrainingCases
from rdface.learners.gallery.search import first_hits
from rdface.learners.learner import Labels
from rdface.metrics import mean_reciprocal_rank


@dataclass(frozen=True, eq=False)
class LearntMetric:
    """A metric that is ready to search with.

    Attributes:
        projection: Fitted on training and validation cases.
        chosen: The point that validation chose, and its ``validation_mrr``; empty where there was
            nothing to choose.
    """

    projection: Projection
    chosen: dict[str, Any]


def learn_metric(
    learner: MetricLearner,
    embeddings: NDArray[np.floating[Any]],
    y: Labels,
    patients: Labels,
    *,
    train: Labels,
    validation: Labels,
) -> LearntMetric:
    """Fit every candidate on ``train``, keep the best on ``validation``, fit it anew on both.

    The criterion is the mean reciprocal rank of the validation cases, whose conditions no
    candidate was fitted on, each searched among all training and validation cases but those of
    its own patient. At a tie the first candidate wins.

    Args:
        learner: With its options.
        embeddings: ``float [N, D]``, of which only the rows of ``train`` and ``validation`` are
            read.
        y: ``intp [N]``, conditions.
        patients: ``intp [N]``.
        train: Rows.
        validation: Rows of other conditions; may be none.
    """
    points = learner.candidates()
    inner = TrainingCases.of(embeddings, y, patients, train)
    everything = np.concatenate([train, validation])
    cases = TrainingCases.of(embeddings, y, patients, everything)
    asked = np.arange(len(train), len(everything))
    answerable = [
        row
        for row in asked
        if np.any((cases.y == cases.y[row]) & (cases.patients != cases.patients[row]))
    ]
    if len(points) == 1 or not answerable:
        return LearntMetric(learner.learn(cases, points[:1])[0], dict(points[0]))
    criteria = [
        _criterion(projection, cases, np.array(answerable, dtype=np.intp))
        for projection in learner.learn(inner, points)
    ]
    best = int(np.argmax(criteria))
    chosen = {**points[best], "validation_mrr": criteria[best]}
    return LearntMetric(learner.learn(cases, [points[best]])[0], chosen)


def _criterion(projection: Projection, cases: TrainingCases, asked: Labels) -> float:
    vectors = projection.apply(cases.x)
    cosines = vectors[asked] @ vectors.T
    cosines[cases.patients[asked][:, None] == cases.patients[None, :]] = -np.inf
    present, y = np.unique(cases.y, return_inverse=True)
    rows = np.broadcast_to(np.arange(len(vectors)), cosines.shape)
    return mean_reciprocal_rank(first_hits(rows, cosines, y, len(present)), y[asked])
