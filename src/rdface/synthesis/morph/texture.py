"""Lay the skin of one face over another that has the same shape."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.imaging import Image

RIM: Final = 0.1
"""How far inside the face's outline the skin is laid on in full, of the portrait's side."""
GREY: Final = 4.0
"""A portrait whose channels differ by less, of 255 and on average, is a black-and-white one."""


def blended(under: Image, over: Image, points: NDArray[np.floating], share: float) -> Image:
    """Mix two portraits inside the face; hair, ears and background stay those of ``under``.

    ``over`` first gets the colours of ``under`` (mean and standard deviation of each channel inside
    the face; E. Reinhard et al., Color transfer between images, IEEE CG&A 21(5), 2001), so that its
    light does not end at the rim.

    Args:
        under: ``uint8 [S, S, 3]``.
        over: The same.
        points: ``[n, 2]`` pixels: the face in both.
        share: Of ``over``, 0 to 1.
    """
    mask = _inside(points, len(under))
    weight = mask.sum()
    if weight < 1:
        return under
    low, high = under.astype(np.float64), over.astype(np.float64)
    if np.ptp(low, axis=-1).mean() < GREY:
        high = np.repeat(high.mean(axis=-1, keepdims=True), 3, axis=-1)
    means = [np.einsum("pq,pqc->c", mask, each) / weight for each in (low, high)]
    spreads = [
        np.sqrt(np.einsum("pq,pqc->c", mask, (each - mean) ** 2) / weight)
        for each, mean in zip((low, high), means, strict=True)
    ]
    matched = (high - means[1]) * (spreads[0] / np.maximum(spreads[1], 1.0)) + means[0]
    mixed = low + share * mask[..., None] * (matched - low)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def _inside(points: NDArray[np.floating], side: int) -> NDArray[np.float64]:
    """``[S, S]``: 1 inside the face, falling to 0 at its outline."""
    import cv2

    hull = cv2.convexHull(np.asarray(points, np.float32))
    drawn = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(drawn, np.round(hull).astype(np.int32), 1)
    away = cv2.distanceTransform(drawn, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.clip(away / (RIM * side), 0, 1), np.float64)
