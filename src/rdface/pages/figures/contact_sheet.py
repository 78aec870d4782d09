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
    from PIL import Image as Pillow

    edge = min(image.shape[:2])
    top, left = (image.shape[0] - edge) // 2, (image.shape[1] - edge) // 2
    square = Pillow.fromarray(image[top : top + edge, left : left + edge])
    small = square.resize((side, side), Pillow.Resampling.LANCZOS)
    marked = Pillow.alpha_composite(small.convert("RGBA"), _veil(mark, side)).convert("RGB")
    return encode_jpeg(np.asarray(marked, dtype=np.uint8), quality=80)


@lru_cache(maxsize=16)
def _veil(mark: str, side: int) -> Pillow.Image:
    """The word on a dark strip at the lower edge, transparent elsewhere."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    veil = Pillow.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(veil)
    scale = min(1.0, side / SIDE)
    height = round(25 * scale)
    draw.rectangle((0, side - height, side, side), fill=(17, 24, 39, 175))
    draw.text(
        (side / 2, side - height / 2),
        mark,
        fill=(255, 255, 255, 255),
        font=ImageFont.load_default(size=round(15 * scale)),
        anchor="mm",
    )
    return veil


def data_uri(jpeg: bytes) -> str:
    """JPEG bytes as a URI that needs no request."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
