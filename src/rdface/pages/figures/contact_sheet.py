"""Small pictures of a few patients; the word "simulated" is part of each picture."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from rdface.imaging import Image, encode_jpeg

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


def marked_jpeg(image: Image, mark: str) -> bytes:
    """A square thumbnail with ``mark`` burnt in, so that it stays when the picture travels.

    Args:
        image: ``uint8 [H, W, 3]``, RGB; its middle square is taken.
        mark: One word.

    Returns:
        JPEG bytes, without metadata.
    """
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    square = Pillow.fromarray(image[top : top + side, left : left + side])
    small = square.resize((SIDE, SIDE), Pillow.Resampling.LANCZOS)
    veil = Pillow.new("RGBA", small.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(veil)
    height = 25
    draw.rectangle((0, SIDE - height, SIDE, SIDE), fill=(17, 24, 39, 175))
    draw.text(
        (SIDE / 2, SIDE - height / 2),
        mark,
        fill=(255, 255, 255, 255),
        font=ImageFont.load_default(size=15),
        anchor="mm",
    )
    marked = Pillow.alpha_composite(small.convert("RGBA"), veil).convert("RGB")
    return encode_jpeg(np.asarray(marked, dtype=np.uint8), quality=80)


def data_uri(jpeg: bytes) -> str:
    """JPEG bytes as a URI that needs no request."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
