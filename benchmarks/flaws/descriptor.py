"""The paper's landmark descriptor, and its nearest condition mean."""

from __future__ import annotations

from typing import Literal

import numpy as np

from benchmarks.flaws.frozen import Frozen
from rdface.cohort import Cohort
from rdface.faces import FaceTable

Scale = Literal["apart", "area", "eyes"]


def descriptors(cohort: Cohort, faces: FaceTable, scale: Scale = "apart") -> np.ndarray:
    """``float64 [N, 25]``: the 5 x 5 distances between five points; NaN without a face.

    Args:
        cohort: Whose pictures.
        faces: Their boxes and points.
        scale: ``apart`` divides x by the box's width and y by its height, as the paper does;
            ``area`` both by the root of width times height; ``eyes`` both by the distance of the
            pupils. The last two keep the shape of the face.
    """
    rows = np.full((len(cohort.image_ids), 25), np.nan)
    for row, image in enumerate(cohort.image_ids):
        face = faces.face(image)
        if face is None:
            continue
        points, (width, height) = face.points.astype(np.float64), face.box[2:].astype(np.float64)
        if scale == "apart":
            points = points / [width, height]
        elif scale == "area":
            points = points / np.sqrt(width * height)
        else:
            points = points / np.linalg.norm(points[0] - points[1])
        rows[row] = np.linalg.norm(points[:, None] - points[None], axis=2).ravel()
    return rows


def condition_means(x: np.ndarray, labels: np.ndarray, n_conditions: int) -> np.ndarray:
    """``[C, D]``: mean of each condition's rows; NaN for one without rows."""
    sums = np.zeros((n_conditions, x.shape[1]))
    np.add.at(sums, labels, x)
    counts = np.bincount(labels, minlength=n_conditions)[:, None]
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def cosines(x: np.ndarray, means: np.ndarray) -> np.ndarray:
    """``[M, C]``: cosine to each mean; ``-inf`` where there is no mean."""
    lengths = np.linalg.norm(x, axis=1)[:, None] * np.linalg.norm(means, axis=1)[None]
    found = (x @ means.T) / np.maximum(lengths, 1e-12)
    return np.where(np.isnan(means).any(axis=1)[None], -np.inf, found)


def standardised(x: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Every number less its mean over training rows, by its SD there; constant ones become 0."""
    deviation = x[training].std(axis=0)
    floor = deviation > 1e-9
    return np.where(floor, (x - x[training].mean(axis=0)) / np.where(floor, deviation, 1.0), 0.0)


def nearest_mean(data: Frozen, x: np.ndarray, rows: np.ndarray, averaged: np.ndarray) -> np.ndarray:
    """Cosines of ``rows`` to the condition means of the rows ``averaged``."""
    means = condition_means(x[averaged], data.labels[averaged], data.n_conditions)
    return cosines(x[rows], means)
