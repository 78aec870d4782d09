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
    *,
    filed: Labels | None = None,
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
        filed: Rows of the gallery, where it is not ``rows.gallery``.
    """
    where = rows.gallery if filed is None else filed
    metric = learn_metric(
        learner, embeddings, y, patients, train=rows.train, validation=rows.validation
    )
    cases = metric.projection.apply(embeddings[where])
    asked = metric.projection.apply(embeddings[rows.probes])
    found, cosines = nearest(cases, asked, len(cases))
    return GalleryAnswer(first_hits(found, cosines, y[where], n_conditions), metric)
