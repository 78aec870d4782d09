"""Whether a picture is black and white: measured, not asked.

A black-and-white print that was scanned in colour is rarely neutral: paper yellows, prints are
toned. But its colour follows its lightness. So what is measured is the colour that is left once
that of the picture's own tone has been taken out: for each of the two colour axes of CIE Lab a
parabola of lightness is fitted, and the picture's number is the 95th percentile of the distance
that remains.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from rdface.imaging import Image

GREY: Final = 4.0
"""Most colour of a black-and-white picture, units of Lab; docs/restoration.md has the proof."""
_SIDE: Final = 256


def colourfulness(image: Image) -> float:
    """95th percentile of the distance from the picture's own tone, units of CIE Lab.

    0 for a picture of one tone. Pixels that are almost black or white, which have no colour to
    speak of and hold JPEG's noise, do not count; 0 where nothing else is there.

    Args:
        image: ``uint8 [H, W, 3]`` RGB.
    """
    import cv2

    height, width = image.shape[:2]
    if max(height, width) > _SIDE:
        size = (
            max(1, width * _SIDE // max(height, width)),
            max(1, height * _SIDE // max(height, width)),
        )
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    lab = cv2.cvtColor(image.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    lightness, colours = (
        lab[..., 0].ravel().astype(float),
        lab[..., 1:].reshape(-1, 2).astype(float),
    )
    seen = (lightness > 5) & (lightness < 98)
    if seen.sum() < 16:
        return 0.0
    lightness, colours = lightness[seen] / 100, colours[seen]
    tones = np.stack([np.ones_like(lightness), lightness, lightness**2], axis=1)
    curve = np.linalg.lstsq(tones, colours, rcond=None)[0]
    return float(np.percentile(np.linalg.norm(colours - tones @ curve, axis=1), 95))


def is_grey(image: Image) -> bool:
    """Whether a picture is black and white, or of one tone."""
    return colourfulness(image) <= GREY
