"""The cosine of the backbone's embeddings as they are: nothing is learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from rdface.learners.gallery.metric import METRICS, MetricLearner, Projection, TrainingCases


@METRICS.register("cosine")
class Cosine(MetricLearner):
    """Raw cosine: what every learnt metric must beat."""

    learns: ClassVar[bool] = False

    def candidates(self) -> list[dict[str, Any]]:
        """There is nothing to choose."""
        return [{}]

    def learn(self, cases: TrainingCases, points: Sequence[Mapping[str, Any]]) -> list[Projection]:
        """Change nothing."""
        return [Projection(np.zeros(cases.x.shape[1]), None) for _ in points]
