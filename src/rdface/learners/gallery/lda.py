"""Linear discriminant projection: directions in which conditions differ more than their patients.

Rao, "The utilization of multiple measurements in problems of biological classification", JRSS B
1948, for the reduced rank; Friedman, "Regularized discriminant analysis", JASA 1989, for the
shrinkage; Dehak et al., "Front-end factor analysis for speaker verification", IEEE TASLP 2011, for
the cosine behind it, which serves classes that were never trained.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Annotated, Any

import numpy as np
from pydantic import Field

from rdface.learners.gallery.metric import METRICS, MetricLearner, Projection, TrainingCases
from rdface.learners.preparation import Floats

_NO_VARIANCE = 1e-12


@METRICS.register("lda")
class DiscriminantProjection(MetricLearner):
    """Whitening by the shrunk covariance within conditions, then the directions between them.

    S* = (1 - s) S + s (tr S / D) I; the projection is S*^(-1/2), of which the ``dimension``
    directions are kept along which the means of the training conditions lie farthest apart.
    At most one less than there are training conditions; None keeps all D, for a condition that
    was never trained may lie off the span of those that were.

    Attributes:
        shrinkage: s, above 0 and at most 1 (at 1 nothing is whitened); candidates.
        dimension: Kept directions; candidates.
    """

    shrinkage: tuple[Annotated[float, Field(gt=0, le=1)], ...] = Field(
        default=(0.9, 0.6, 0.3, 0.1), min_length=1
    )
    dimension: tuple[Annotated[int, Field(ge=1)] | None, ...] = Field(
        default=(None, 32, 16), min_length=1
    )

    def candidates(self) -> list[dict[str, Any]]:
        """All pairs, the strongest shrinkage of the full dimension first."""
        return [
            {"dimension": dimension, "shrinkage": shrinkage}
            for dimension, shrinkage in product(self.dimension, self.shrinkage)
        ]

    def learn(self, cases: TrainingCases, points: Sequence[Mapping[str, Any]]) -> list[Projection]:
        """Decompose the covariance once for all points."""
        present, place, counts = np.unique(cases.y, return_inverse=True, return_counts=True)
        members = (place == np.arange(len(present))[:, None]).astype(np.float64)
        means = (members @ cases.x) / counts[:, None]
        _, lengths, directions = np.linalg.svd(cases.x - means[place], full_matrices=False)
        eigenvalues = lengths**2 / len(cases.x)
        middle = means.mean(axis=0)
        return [
            Projection(
                middle,
                _basis(means - middle, eigenvalues, directions, **point),
            )
            for point in points
        ]


def _basis(
    centred: Floats,
    eigenvalues: Floats,
    directions: Floats,
    *,
    shrinkage: float,
    dimension: int | None,
) -> Floats:
    """``[D, K]``; see :class:`DiscriminantProjection`."""
    n_features = centred.shape[1]
    bulk = float(eigenvalues.sum()) / n_features
    if bulk <= _NO_VARIANCE:  # one case of each condition: nothing varies within them
        bulk, eigenvalues = 1.0, np.zeros_like(eigenvalues)
    floor = shrinkage * bulk
    spanned = 1.0 / np.sqrt((1.0 - shrinkage) * eigenvalues + floor) - 1.0 / np.sqrt(floor)
    whitening = np.eye(n_features) / np.sqrt(floor) + (directions.T * spanned) @ directions
    if dimension is None:
        return np.asarray(whitening)
    _, lengths, apart = np.linalg.svd(centred @ whitening, full_matrices=False)
    kept = min(dimension, int(np.sum(lengths > 1e-9 * max(float(lengths[0]), _NO_VARIANCE))))
    return np.asarray(whitening @ apart[: max(kept, 1)].T)
