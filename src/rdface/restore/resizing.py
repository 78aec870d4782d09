"""Draw a picture at another size; filters widen where it shrinks, so that nothing aliases."""

from __future__ import annotations

import numpy as np

from rdface.imaging import Image


def resized_lanczos(image: Image, width: int, height: int) -> Image:
    """By Pillow's Lanczos filter, three lobes; the same picture where it has that size."""
    from PIL import Image as Pillow

    return _resized(image, width, height, Pillow.Resampling.LANCZOS)


def resized_bicubic(image: Image, width: int, height: int) -> Image:
    """By Pillow's bicubic filter (R. Keys, IEEE ASSP 29(6), 1981)."""
    from PIL import Image as Pillow

    return _resized(image, width, height, Pillow.Resampling.BICUBIC)


def _resized(image: Image, width: int, height: int, filter_: int) -> Image:
    from PIL import Image as Pillow

    if image.shape[:2] == (height, width):
        return image
    drawn = Pillow.fromarray(image).resize((width, height), Pillow.Resampling(filter_))
    return np.asarray(drawn, np.uint8)
