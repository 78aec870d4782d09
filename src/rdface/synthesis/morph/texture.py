"""Lay the skin of one face over another that has the same shape."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.imaging import Image

RIM: Final = 0.1
"""How far inside the face's outline the skin is laid on in full, of the portrait's side."""
GREY: Final = 4.0
"""A face whose channels differ everywhere by the same, to within this standard deviation of 255, is
black and white, or toned. (Simulated faces: prints 1.6 to 2.4, in colour 5.2 and more.)"""


def blended(under: Image, over: Image, weight: NDArray[np.floating], share: float) -> Image:
    """Mix two portraits inside the face; hair, ears and background stay those of ``under``.

    ``over`` first gets the colours of ``under`` (mean and standard deviation of each channel inside
    the face; E. Reinhard et al., Color transfer between images, IEEE CG&A 21(5), 2001), so that its
    light does not end at the rim.

    Args:
        under: ``uint8 [S, S, 3]``.
        over: The same.
        weight: ``[S, S]``, 0 to 1: where the face is and is seen.
        share: Of ``over``, 0 to 1.
    """
    mask = np.asarray(weight, np.float32)
    total = float(mask.sum())
    if total < 1:
        return under
    low, high = under.astype(np.float32), over.astype(np.float32)
    if np.diff(low[mask > mask.max() / 2], axis=-1).std(axis=0).max() < GREY:
        high = np.repeat(high.mean(axis=-1, keepdims=True), 3, axis=-1)
    (mean, spread), (other, width) = (_colours(each, mask, total) for each in (low, high))
    matched = (high - other) * (spread / np.maximum(width, 1.0)) + mean
    mixed = low + (share * mask[..., None]) * (matched - low)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def inside(points: NDArray[np.floating], side: int) -> NDArray[np.float32]:
    """``[S, S]``: 1 inside the face with these points, ``[n, 2]``, falling to 0 at its outline."""
    import cv2

    hull = cv2.convexHull(np.asarray(points, np.float32))
    drawn = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(drawn, np.round(hull).astype(np.int32), 1)
    away = cv2.distanceTransform(drawn, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(np.clip(away / (RIM * side), 0, 1), np.float32)


def _colours(
    image: NDArray[np.float32], mask: NDArray[np.float32], total: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and standard deviation of each channel under a mask, ``[3]`` each."""
    flat, weights = image.reshape(-1, 3), mask.ravel()
    mean = weights @ flat / total
    return mean, np.sqrt(weights @ (flat - mean) ** 2 / total)
