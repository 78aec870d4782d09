"""Small pictures of a few patients; the word "simulated" is part of each picture."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from rdface.imaging import Image, encode_jpeg

if TYPE_CHECKING:
    import PIL.Image as Pillow

SIDE = 240
"""Pixels of a thumbnail's side."""


@dataclass(frozen=True)
class Thumbnail:
    """One picture of the contact sheet.

    Attributes:
        uri: The JPEG as a data URI.
        mark: What is written on it, such as "simulated".
        condition: Name of the condition.
        about: Age and sex in words.
        terms: Labels of HPO terms that the patient shows.
    """

    uri: str
    mark: str
    condition: str
    about: str
    terms: tuple[str, ...]


def marked_jpeg(image: Image, mark: str, side: int = SIDE) -> bytes:
    """A square picture with ``mark`` burnt in, so that it stays when the picture travels.

    Args:
        image: ``uint8 [H, W, 3]``, RGB; its middle square is taken.
        mark: One word.
        side: Pixels.

    Returns:
        JPEG bytes, without metadata.
    """
    return encode_jpeg(marked(image, mark, side), quality=80)


def marked(image: Image, mark: str, side: int = SIDE) -> Image:
    """The picture of :func:`marked_jpeg`, ``uint8 [side, side, 3]``."""
    import cv2
    from PIL import Image as Pillow

    edge = min(image.shape[:2])
    top, left = (image.shape[0] - edge) // 2, (image.shape[1] - edge) // 2
    square = image[top : top + edge, left : left + edge]
    way = cv2.INTER_AREA if side < edge else cv2.INTER_CUBIC
    small = Pillow.fromarray(
        np.asarray(cv2.resize(square, (side, side), interpolation=way), np.uint8)
    )
    strip = _strip(mark, side)
    place = (0, side - strip.height)
    under = small.crop((*place, side, side)).convert("RGBA")
    small.paste(Pillow.alpha_composite(under, strip).convert("RGB"), place)
    return np.asarray(small, dtype=np.uint8)


@lru_cache(maxsize=16)
def _strip(mark: str, side: int) -> Pillow.Image:
    """The word on a dark strip, as wide as the picture."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    scale = min(1.0, side / SIDE)
    height = round(25 * scale)
    strip = Pillow.new("RGBA", (side, height), (17, 24, 39, 175))
    ImageDraw.Draw(strip).text(
        (side / 2, height / 2),
        mark,
        fill=(255, 255, 255, 255),
        font=ImageFont.load_default(size=round(15 * scale)),
        anchor="mm",
    )
    return strip


def data_uri(jpeg: bytes) -> str:
    """JPEG bytes as a URI that needs no request."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
