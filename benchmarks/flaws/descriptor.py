"""The paper's landmark descriptor, and its nearest condition mean."""

from __future__ import annotations

import numpy as np

from benchmarks.flaws.frozen import Frozen
from rdface.cohort import Cohort
from rdface.faces import FaceTable
from rdface.faces.descriptor import Scale, condition_means, cosines_to_means, describe_faces

__all__ = ["Scale", "condition_means", "cosines", "descriptors", "nearest_mean", "standardised"]


def descriptors(cohort: Cohort, faces: FaceTable, scale: Scale = "apart") -> np.ndarray:
    """``float64 [N, 25]``: the 5 x 5 distances between five points; NaN without a face.

    Args:
        cohort: Whose pictures.
        faces: Their boxes and points.
        scale: See :data:`rdface.faces.descriptor.Scale`.
    """
    return describe_faces(faces, cohort.image_ids, scale)


def cosines(x: np.ndarray, means: np.ndarray) -> np.ndarray:
    """``[M, C]``: cosine to each mean; ``-inf`` where there is no mean."""
    return np.where(np.isnan(means).any(axis=1)[None], -np.inf, cosines_to_means(x, means))


def standardised(x: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Every number less its mean over training rows, by its SD there; constant ones become 0."""
    deviation = x[training].std(axis=0)
    floor = deviation > 1e-9
    return np.where(floor, (x - x[training].mean(axis=0)) / np.where(floor, deviation, 1.0), 0.0)


def nearest_mean(data: Frozen, x: np.ndarray, rows: np.ndarray, averaged: np.ndarray) -> np.ndarray:
    """Cosines of ``rows`` to the condition means of the rows ``averaged``."""
    means = condition_means(x[averaged], data.labels[averaged], data.n_conditions)
    return cosines(x[rows], means)
