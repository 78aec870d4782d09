"""Cosine after the mean is taken off: what of a learnt metric's gain is mere centring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rdface.learners.gallery.metric import METRICS, MetricLearner, Projection, TrainingCases


@METRICS.register("centred")
class Centred(MetricLearner):
    """Cosine of the deviations from the mean face of the training cases.

    The first step of every other learner here, by itself; as SimpleShot does (Wang et al.,
    arXiv 1911.04623, 2019).
    """

    def candidates(self) -> list[dict[str, Any]]:
        """There is nothing to choose."""
        return [{}]

    def learn(self, cases: TrainingCases, points: Sequence[Mapping[str, Any]]) -> list[Projection]:
        """Take the mean."""
        return [Projection(cases.x.mean(axis=0), None) for _ in points]
