"""Skins laid flat: every face on one shape, one brightness and contrast, so that they add up."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.imaging import Image
from rdface.synthesis.morph.warp import warp_face

Floats = NDArray[np.float64]
FILL: Final = 0.8
"""Longer side of the flat face, of the portrait's."""
EROSION, SOFTENING = 0.02, 0.025
"""How far inside the outline a skin ends, and how softly, of the portrait's side."""
_STEADY = 1.0


def flat_places(free: Floats, side: int) -> Floats:
    """``[468, 2]`` pixels: where the points of flat faces lie; a face seen from the front."""
    shape = free[:, :2]
    low, high = shape.min(axis=0), shape.max(axis=0)
    placed = (shape - low) / (high - low).max() * FILL * side
    return np.asarray(placed + (side - placed.max(axis=0)) / 2)


def flat_skin(image: Image, points: Floats, places: Floats) -> Floats:
    """``[S, S, 3]``: a portrait on the flat shape, mean 0 and deviation 1 inside the face."""
    flat = warp_face(image, points[:, :2], places).astype(np.float64)
    inside = rim(places, len(image)) > 0.5
    mean, spread = flat[inside].mean(axis=0), flat[inside].std(axis=0)
    return np.asarray((flat - mean) / np.maximum(spread, _STEADY))


def lay_skin(under: Image, skin: Floats, flat: Floats, places: Floats) -> Image:
    """Lay a flat skin over a face, in that face's own brightness, contrast and colour.

    Args:
        under: ``uint8 [S, S, 3]``.
        skin: ``[S, S, 3]`` as :func:`flat_skin` gives them.
        flat: ``[468, 2]``: the skin's points.
        places: ``[468, 2]``: those of the face under it.
    """
    # Warped as bytes: 1 standard deviation is 24 steps, and 5 of them fit either way.
    coded = np.clip(np.rint(128 + 24 * skin), 0, 255).astype(np.uint8)
    laid = (warp_face(coded, flat, places).astype(np.float64) - 128) / 24
    soft = rim(places, len(under))
    inside = soft > 0.5
    below = under.astype(np.float64)
    if not inside.any():
        return under
    mean, spread = below[inside].mean(axis=0), below[inside].std(axis=0)
    mixed = below + soft[..., None] * (mean + spread * laid - below)
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def mark_skin(under: Image, marks: Floats, flat: Floats, places: Floats) -> Image:
    """Add a flat difference of skins to the skin that a face has.

    Args:
        under: ``uint8 [S, S, 3]``.
        marks: ``[S, S, 1]`` in standard deviations of a skin.
        flat: ``[468, 2]``: the difference's points.
        places: ``[468, 2]``: those of the face under it.
    """
    coded = np.clip(np.rint(128 + 24 * np.repeat(marks, 3, axis=-1)), 0, 255).astype(np.uint8)
    laid = (warp_face(coded, flat, places).astype(np.float64) - 128) / 24
    soft = rim(places, len(under))
    inside = soft > 0.5
    if not inside.any():
        return under
    below = under.astype(np.float64)
    marked = below + soft[..., None] * below[inside].std(axis=0) * laid
    return np.asarray(np.clip(np.rint(marked), 0, 255), np.uint8)


def rim(places: Floats, side: int) -> Floats:
    """``[S, S]``: 1 inside a face, falling to 0 at its outline."""
    import cv2

    drawn = np.zeros((side, side), np.float32)
    hull = cv2.convexHull(np.asarray(places, np.float32))
    cv2.fillConvexPoly(drawn, np.round(hull).astype(np.int32), 1.0)
    width = 2 * max(1, round(EROSION * side)) + 1
    smaller = cv2.erode(drawn, np.ones((width, width), np.uint8))
    return np.asarray(cv2.GaussianBlur(smaller, (0, 0), SOFTENING * side), np.float64)
