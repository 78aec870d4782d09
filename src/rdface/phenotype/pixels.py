"""Pictures as a language model is shown them."""

from __future__ import annotations

import numpy as np

from rdface.imaging import Image


def limited(image: Image, side: int) -> Image:
    """The picture with its longer side shrunk to at most ``side`` pixels; never enlarged.

    Args:
        image: ``uint8 [H, W, 3]``.
        side: Pixels.
    """
    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return image
    import cv2

    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
