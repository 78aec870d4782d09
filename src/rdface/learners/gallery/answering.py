"""One fold of the gallery: learn the metric, search the probes, score every condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.learners.gallery.choice import LearntMetric, learn_metric
from rdface.learners.gallery.metric import MetricLearner
from rdface.learners.gallery.search import first_hits, nearest
from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats
from rdface.protocols.gallery import GalleryRows


@dataclass(frozen=True, eq=False)
class GalleryAnswer:
    """What a fold gave.

    Attributes:
        scores: ``float64 [n_probes, C]``, cosine of each condition's most similar case; ``-inf``
            for a condition that is not in the gallery.
        metric: What was learnt.
    """

    scores: Floats
    metric: LearntMetric


def answer_fold(
    learner: MetricLearner,
    embeddings: NDArray[np.floating[Any]],
    y: Labels,
    patients: Labels,
    rows: GalleryRows,
    n_conditions: int,
) -> GalleryAnswer:
    """Search every probe of a fold in the whole gallery, each by itself.

    A condition's score is that of its own most similar case and does not depend on which other
    conditions are filed, so that a gallery of the frequent, or the rare, is this one with the
    others' columns struck out.

    Args:
        learner: Of the metric.
        embeddings: ``float [N, D]`` of the whole cohort.
        y: ``intp [N]``, columns of their conditions. Those of probes are not read.
        patients: ``intp [N]``, numbers that tell patients apart.
        rows: The fold.
        n_conditions: C.
    """
    metric = learn_metric(
        learner, embeddings, y, patients, train=rows.train, validation=rows.validation
    )
    filed, asked = (
        metric.projection.apply(embeddings[part]) for part in (rows.gallery, rows.probes)
    )
    found, cosines = nearest(filed, asked, len(filed))
    return GalleryAnswer(first_hits(found, cosines, y[rows.gallery], n_conditions), metric)
