"""A saliency map laid over the picture it is about, or over nothing where no face may be shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rdface.imaging import Image

FOR, AGAINST = (213, 94, 0), (0, 114, 178)
"""Orange: hiding the place lowers the score. Blue: hiding it raises the score."""
SIDE = 480
"""Pixels of the shorter side that is drawn."""
STRONGEST = 0.75
"""Opacity of the strongest place."""


def overlay(
    values: NDArray[np.float64], crop: Image | None, points: NDArray[np.float64] | None = None
) -> Image:
    """Draw a map.

    Args:
        values: ``[H, W]``; the largest absolute value is the strongest colour.
        crop: ``uint8 [H, W, 3]``; None draws on grey, with the points for orientation.
        points: ``[5, 2]`` pixels of the crop; where eyes, nose and mouth lie.

    Returns:
        ``uint8 [h, w, 3]``, its shorter side :data:`SIDE`.
    """
    import cv2

    factor = SIDE / min(values.shape)
    size = (round(values.shape[1] * factor), round(values.shape[0] * factor))
    strength = np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_LINEAR), np.float64)
    strength = strength / max(float(np.abs(values).max()), 1e-12)
    if crop is None:
        seen = np.full((size[1], size[0], 3), 238.0)
    else:
        seen = np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_CUBIC), np.float64)
    colour = np.where(strength[..., None] > 0, FOR, AGAINST)
    opacity = STRONGEST * np.clip(np.abs(strength), 0, 1)[..., None]
    drawn = np.rint(seen * (1 - opacity) + colour * opacity).astype(np.uint8)
    if crop is None and points is not None:
        for x, y in points * factor:
            cv2.circle(drawn, (round(float(x)), round(float(y))), 6, (60, 60, 60), 2, cv2.LINE_AA)
    return np.asarray(drawn, np.uint8)
