"""The landmark descriptor of RDFace: the distances between the five points of a face.

RDFace, arXiv 2604.03454, 2026: each point's x is divided by the width of the face box and its y by
the height; the full 5 x 5 matrix of Euclidean distances is flattened to 25 numbers, of which ten
carry information. Divided apart, a long face and a broad one become the same (flaw F11); the other
two scales divide both axes by one length and keep the shape. See docs/screening.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rdface.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rdface.faces.table import FaceTable

Floats = NDArray[np.float64]
Scale = Literal["apart", "area", "eyes"]
"""``apart`` divides x by the box's width and y by its height, as the paper does; ``area`` both by
the root of width times height; ``eyes`` both by the distance of the pupils."""

N_DISTANCES = 25


def landmark_descriptor(points: ArrayLike, boxes: ArrayLike, scale: Scale = "apart") -> Floats:
    """Describe faces by the distances between their five points.

    Args:
        points: ``[N, 5, 2]`` pixels, (x, y), right eye and left eye first; NaN without a face.
        boxes: ``[N, 4]`` pixels: x, y, width, height.
        scale: What the points are divided by.

    Returns:
        ``float64 [N, 25]``; a whole row is NaN where a number of the face is missing or its length
        to divide by is not above 0.

    Raises:
        UsageError: The shapes do not fit, or there is no such scale.

    Example:
        >>> face = [[[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]]]
        >>> landmark_descriptor(face, [[0, 0, 100, 100]])[0, :5].round(2).tolist()
        [0.0, 0.4, 0.28, 0.4, 0.53]
    """
    faces, framed = np.asarray(points, np.float64), np.asarray(boxes, np.float64)
    if faces.ndim != 3 or faces.shape[1:] != (5, 2) or framed.shape != (len(faces), 4):
        raise UsageError(
            f"A descriptor is of points [N, 5, 2] and boxes [N, 4], not {faces.shape} and "
            f"{framed.shape}."
        )
    sides = framed[:, 2:]
    with np.errstate(invalid="ignore"):
        if scale == "apart":
            length = sides
        elif scale == "area":
            length = np.sqrt(sides.prod(axis=1))[:, None]
        elif scale == "eyes":
            length = np.linalg.norm(faces[:, 0] - faces[:, 1], axis=1)[:, None]
        else:
            raise UsageError(f"The scale of a descriptor is apart, area or eyes, not {scale!r}.")
        known = np.isfinite(faces).all(axis=(1, 2)) & np.isfinite(framed).all(axis=1)
        whole = np.asarray(known & (length > 0).all(axis=1))
    scaled = faces / np.where(whole[:, None], length, np.nan)[:, None]
    distances = np.linalg.norm(scaled[:, :, None] - scaled[:, None], axis=3)
    return np.asarray(distances.reshape(len(faces), N_DISTANCES))


def describe_faces(faces: FaceTable, image_ids: Sequence[str], scale: Scale = "apart") -> Floats:
    """The descriptors ``[N, 25]`` of pictures whose faces are located; NaN without a face.

    Raises:
        ImageError: The table does not know a picture.
    """
    points, boxes = np.full((len(image_ids), 5, 2), np.nan), np.full((len(image_ids), 4), np.nan)
    for row, name in enumerate(image_ids):
        face = faces.face(name)
        if face is not None:
            points[row], boxes[row] = face.points, face.box
    return landmark_descriptor(points, boxes, scale)


def condition_means(x: ArrayLike, labels: NDArray[np.integer], n_conditions: int) -> Floats:
    """Mean of each condition's rows; rows that miss a number are left out.

    Args:
        x: ``[N, D]``: of the training images and of no others (flaw F3).
        labels: ``[N]``, 0 to C - 1.
        n_conditions: C.

    Returns:
        ``float64 [C, D]``; NaN for a condition without a whole row.
    """
    rows = np.asarray(x, np.float64)
    whole = ~np.isnan(rows).any(axis=1)
    sums = np.zeros((n_conditions, rows.shape[1]))
    np.add.at(sums, labels[whole], rows[whole])
    counts = np.bincount(labels[whole], minlength=n_conditions)[:, None]
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def cosines_to_means(x: ArrayLike, means: ArrayLike) -> Floats:
    """Cosine of each row to each mean, all at once; higher is nearer.

    Descriptors are distances, all positive and alike, so that all cosines lie near 1 (F11).

    Args:
        x: ``[N, D]``.
        means: ``[C, D]``.

    Returns:
        ``float64 [N, C]``; NaN where the row or the mean misses a number.
    """
    rows, to = np.asarray(x, np.float64), np.asarray(means, np.float64)
    lengths = np.linalg.norm(rows, axis=1)[:, None] * np.linalg.norm(to, axis=1)[None]
    return np.asarray((rows @ to.T) / np.maximum(lengths, 1e-12))


def distances_to_means(x: ArrayLike, means: ArrayLike) -> Floats:
    """Euclidean distance of each row from each mean, all at once; lower is nearer.

    Args and returns as :func:`cosines_to_means`. Taken from the differences themselves: by squares
    and products, rows near a mean would lose half their digits.
    """
    from scipy.spatial.distance import cdist

    found = cdist(np.asarray(x, np.float64), np.asarray(means, np.float64))
    return np.asarray(found, np.float64)
