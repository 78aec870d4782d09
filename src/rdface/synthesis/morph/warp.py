"""Bend a portrait so that its points come to lie on others, and all around follows.

Piecewise affine over the Delaunay triangulation of the points aimed at (see A. Goshtasby,
Piecewise linear mapping functions for image registration, Pattern Recognition 19(6), 1986): every
place of the new portrait lies in one triangle, and what it shows is looked up where that triangle's
corners come from. The map is continuous, so nothing tears, whatever the points do.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.imaging import Image

HELD: Final = 12
"""Points held on each side of the frame."""
ROOM: Final = 0.02
"""Least way from a point of the face to the frame, of the portrait's side."""
SMOOTH: Final = 0.006
"""Standard deviation of the blur that takes the kinks out of the map, of the portrait's side."""
_FIXED = 4
"""Bits behind the point that triangles are drawn with."""


def warp_face(image: Image, source: NDArray[np.floating], target: NDArray[np.floating]) -> Image:
    """Draw ``image`` so that what was at ``source`` is at ``target``; the frame stays.

    Args:
        image: ``uint8 [S, S, 3]``.
        source: ``[n, 2]`` pixels (x, y), 0 is the left or upper edge; they may leave the picture.
        target: ``[n, 2]``, the same.

    Returns:
        ``uint8 [S, S, 3]``.
    """
    import cv2

    side = image.shape[0]
    shift = shifts(np.asarray(source, np.float64), np.asarray(target, np.float64), side)
    across, down = np.meshgrid(np.arange(side, dtype=np.float32), np.arange(side, dtype=np.float32))
    drawn = cv2.remap(
        image,
        across + shift[..., 0],
        down + shift[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(drawn, np.uint8)


def shifts(
    source: NDArray[np.float64], target: NDArray[np.float64], side: int
) -> NDArray[np.float32]:
    """``[S, S, 2]`` pixels: from each place of the new picture to where it is looked up."""
    import cv2
    from scipy.spatial import Delaunay

    frame = _frame(np.concatenate([source, target]), side)
    corners = np.concatenate([target, frame])
    ways = np.concatenate([source - target, np.zeros_like(frame)])
    triangles = Delaunay(corners).simplices
    drawn = np.zeros((side, side), np.int32)
    # OpenCV's coordinates name the middles of pixels.
    fixed = np.round((corners[triangles] - 0.5) * 2**_FIXED).astype(np.int32)
    for number, triangle in enumerate(fixed):
        cv2.fillConvexPoly(drawn, triangle, number, shift=_FIXED)
    shares = _shares(corners[triangles], drawn)
    moved = np.einsum("pqk,pqki->pqi", shares, ways[triangles][drawn]).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(moved, (0, 0), SMOOTH * side), np.float32)


def _shares(triangles: NDArray[np.float64], drawn: NDArray[np.int32]) -> NDArray[np.float64]:
    """``[S, S, 3]``: how much of each corner of its triangle a place has, at least 0, in sum 1.

    A place on the rim may be drawn with the neighbour's number; held between 0 and 1 its shares
    are still those of the common edge.
    """
    a, b, c = (triangles[:, corner] for corner in range(3))
    area = _cross(b - a, c - a)
    flat = np.abs(area) < 1e-9
    area = np.where(flat, 1.0, area)
    side = len(drawn)
    place = np.stack(np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5), axis=-1)
    from_a = place - a[drawn]
    of_b = _cross(from_a, (c - a)[drawn]) / area[drawn]
    of_c = _cross((b - a)[drawn], from_a) / area[drawn]
    shares = np.clip(np.stack([1 - of_b - of_c, of_b, of_c], axis=-1), 0, 1)
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), np.float64)


def _cross(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(left[..., 0] * right[..., 1] - left[..., 1] * right[..., 0])


def _frame(points: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """``[4 * HELD, 2]``: points around the picture, farther out where the face leaves it."""
    low = np.minimum(points.min(axis=0) - ROOM * side, 0)
    high = np.maximum(points.max(axis=0) + ROOM * side, side)
    along = np.linspace(0, 1, HELD, endpoint=False)[:, None]
    corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]]])
    return np.concatenate(
        [corners[i] + along * (corners[(i + 1) % 4] - corners[i]) for i in range(4)]
    )
