"""Pictures as a language model is shown them."""

from __future__ import annotations

import math

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


def between(image: Image, least: int, most: int) -> Image:
    """The picture with at least ``least`` and at most ``most`` pixels in all, its shape kept.

    Args:
        image: ``uint8 [H, W, 3]``.
        least: Pixels; a smaller picture is enlarged.
        most: Pixels; a larger picture is shrunk.
    """
    height, width = image.shape[:2]
    pixels = height * width
    if least <= pixels <= most:
        return image
    import cv2

    shrink = pixels > most
    scale = math.sqrt((most if shrink else least) / pixels)
    whole = math.floor if shrink else math.ceil
    size = (max(1, whole(width * scale)), max(1, whole(height * scale)))
    way = cv2.INTER_AREA if shrink else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
