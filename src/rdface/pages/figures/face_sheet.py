"""A dark sheet of faces with a line of text below each: what pools and screenings are shown on."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import numpy as np

from rdface.files import write_bytes
from rdface.imaging import encode_jpeg, read_image

ACROSS: Final = 8
"""Faces in a row."""
FOOT: Final = 14
"""Pixels below each face, for its text."""
INK, PAPER = (255, 255, 255), (17, 24, 39)


class FaceSheet:
    """Faces are put where the caller says.

    Args:
        height: Pixels.
        side: Pixels of a face.
        size: Of the letters of headings.
    """

    def __init__(self, height: int, side: int, size: int) -> None:
        from PIL import Image as Pillow
        from PIL import ImageDraw, ImageFont

        self._side = side
        self._sheet = Pillow.new("RGB", (ACROSS * side, height), PAPER)
        self._draw = ImageDraw.Draw(self._sheet)
        self._large, self._small = (ImageFont.load_default(size=each) for each in (size, 10))

    def heading(self, text: str, middle: float) -> None:
        """Write a line at the left, about the height ``middle``."""
        self._draw.text((8, middle), text, fill=INK, font=self._large, anchor="lm")

    def face(self, path: Path, mark: str, column: int, top: int) -> None:
        """Put a picture into a column, ``mark`` below it."""
        from PIL import Image as Pillow

        side, left = self._side, column * self._side
        picture = Pillow.fromarray(read_image(path))
        self._sheet.paste(picture.resize((side, side), Pillow.Resampling.LANCZOS), (left, top))
        middle = (left + side / 2, top + side + FOOT / 2)
        self._draw.text(middle, mark, fill=INK, font=self._small, anchor="mm")

    def write(self, out: Path) -> None:
        """Write PNG or JPEG, by the file's ending."""
        if out.suffix.lower() == ".png":
            stream = io.BytesIO()
            self._sheet.save(stream, "PNG", optimize=True)
            write_bytes(out, stream.getvalue())
        else:
            write_bytes(out, encode_jpeg(np.asarray(self._sheet, np.uint8), 82))
