"""Bend portraits so that their points come to lie on others, and all around follows.

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
SEEN: Final = (0.2, 0.6)
"""A triangle that had less of its area than the first is not seen, from the second on it is."""
_FIXED = 4
"""Bits behind the point that triangles are drawn with."""
Points = NDArray[np.float64]


class Bend:
    """The triangles of one face, in which any portrait can be drawn.

    Args:
        target: ``[n, 2]`` pixels (x, y), 0 is the left or upper edge: where the points shall be.
            They may leave the picture.
        side: Pixels a side of the portraits.
        sources: ``[n, 2]`` each: where the points are in the portraits to come.
    """

    def __init__(self, target: Points, side: int, *sources: Points) -> None:
        import cv2
        from scipy.spatial import Delaunay

        self.side = side
        self._frame = _frame(np.concatenate([target, *sources]), side)
        self._corners = np.concatenate([target, self._frame])
        self._triangles = Delaunay(self._corners).simplices
        self._drawn = np.zeros((side, side), np.int32)
        # OpenCV's coordinates name the middles of pixels.
        fixed = np.round((self._corners[self._triangles] - 0.5) * 2**_FIXED).astype(np.int32)
        for number, triangle in enumerate(fixed):
            cv2.fillConvexPoly(self._drawn, triangle, number, shift=_FIXED)
        self._shares = _shares(self._corners[self._triangles], self._drawn)

    def draw(self, image: Image, source: Points) -> Image:
        """A portrait with its points moved from ``source`` to the target; the frame stays.

        Args:
            image: ``uint8 [S, S, 3]``.
            source: ``[n, 2]``.
        """
        import cv2

        shift = self.shifts(source)
        along = np.arange(self.side, dtype=np.float32)
        drawn = cv2.remap(
            image,
            along + shift[..., 0],
            along[:, None] + shift[..., 1],
            cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(drawn, np.uint8)

    def shifts(self, source: Points) -> NDArray[np.float32]:
        """``[S, S, 2]`` pixels: from each place of the new picture to where it is looked up."""
        import cv2

        ways = np.concatenate([source, self._frame]) - self._corners
        moves = ways.astype(np.float32)[self._triangles][self._drawn]
        moved = (self._shares[..., None] * moves).sum(axis=2)
        return np.asarray(cv2.GaussianBlur(moved, (0, 0), SMOOTH * self.side), np.float32)

    def seen(self, source: Points) -> NDArray[np.float32]:
        """``[S, S]``, 0 to 1: how well a portrait shows what it is drawn for.

        0 where a triangle is stretched out of a sliver, as the far cheek of a turned head is, or
        turned round.
        """
        import cv2

        before = _areas(np.concatenate([source, self._frame])[self._triangles])
        after = _areas(self._corners[self._triangles])
        kept = before / np.where(np.abs(after) < 1e-9, 1.0, after)
        kept = kept / max(float(np.median(kept)), 1e-9)
        sure = np.clip((kept - SEEN[0]) / (SEEN[1] - SEEN[0]), 0, 1).astype(np.float32)
        return np.asarray(cv2.GaussianBlur(sure[self._drawn], (0, 0), 0.02 * self.side), np.float32)


def warp_face(image: Image, source: Points, target: Points) -> Image:
    """Draw one portrait so that what was at ``source`` is at ``target``; see :class:`Bend`."""
    return Bend(target, len(image), source).draw(image, source)


def _shares(triangles: NDArray[np.float64], drawn: NDArray[np.int32]) -> NDArray[np.float32]:
    """``[S, S, 3]``: how much of each corner of its triangle a place has, at least 0, in sum 1.

    A place on the rim may be drawn with the neighbour's number; held between 0 and 1 its shares
    are still those of the common edge.
    """
    a, b, c = (triangles[:, corner] for corner in range(3))
    area = _cross(b - a, c - a)
    area = np.where(np.abs(area) < 1e-9, 1.0, area)
    # A share is affine in x and y: three numbers a triangle.
    slopes = np.stack([c[:, 1] - a[:, 1], a[:, 0] - c[:, 0], a[:, 1] - b[:, 1], b[:, 0] - a[:, 0]])
    of_b = np.stack([*slopes[:2], -(slopes[0] * a[:, 0] + slopes[1] * a[:, 1])]) / area
    of_c = np.stack([*slopes[2:], -(slopes[2] * a[:, 0] + slopes[3] * a[:, 1])]) / area
    middles = np.arange(len(drawn)) + 0.5
    second, third = (
        (each[0][drawn] * middles + each[1][drawn] * middles[:, None] + each[2][drawn])
        for each in (of_b, of_c)
    )
    shares = np.clip(np.stack([1 - second - third, second, third], axis=-1), 0, 1)
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True), np.float32)


def _areas(triangles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Twice the signed area of each, ``[T]``."""
    return _cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])


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
