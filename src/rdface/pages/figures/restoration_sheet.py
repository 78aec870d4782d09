"""Simulated faces side by side: spoilt, restored, untouched; each is marked as simulated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from rdface.imaging import Image, encode_jpeg
from rdface.pages.figures.face_sheet import INK, PAPER

SIDE: Final = 170
"""Pixels of a face."""
HEAD: Final = 34
GAP: Final = 4


class Line(NamedTuple):
    """One child: the versions of its face from left to right, and what is written at the left."""

    faces: Sequence[Image]
    words: str


def restoration_sheet(lines: Sequence[Line], columns: Sequence[str]) -> bytes:
    """Draw the sheet.

    Args:
        lines: Each with as many square faces as there are columns; small ones are shown with their
            pixels, large ones are shrunk.
        columns: What stands above them.

    Returns:
        JPEG bytes.
    """
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    width = len(columns) * (SIDE + GAP) - GAP
    sheet = Pillow.new("RGB", (width, HEAD + len(lines) * (SIDE + GAP) - GAP), PAPER)
    draw = ImageDraw.Draw(sheet, "RGBA")
    font, small = (ImageFont.load_default(size=size) for size in (14, 11))
    for column, title in enumerate(columns):
        middle = column * (SIDE + GAP) + SIDE / 2
        draw.text((middle, HEAD / 2), title, fill=INK, font=font, anchor="mm")
    for row, line in enumerate(lines):
        top = HEAD + row * (SIDE + GAP)
        for column, face in enumerate(line.faces):
            shrink = face.shape[0] > SIDE
            way = Pillow.Resampling.LANCZOS if shrink else Pillow.Resampling.NEAREST
            shown = Pillow.fromarray(np.ascontiguousarray(face)).resize((SIDE, SIDE), way)
            sheet.paste(shown, (column * (SIDE + GAP), top))
            left, foot = column * (SIDE + GAP), top + SIDE
            draw.rectangle((left, foot - 15, left + SIDE, foot), fill=(17, 24, 39, 170))
            words = f"simulated, {line.words}" if column == 0 else "simulated"
            draw.text((left + SIDE / 2, foot - 7), words, fill=INK, font=small, anchor="mm")
    return encode_jpeg(np.asarray(sheet, np.uint8), 80)
