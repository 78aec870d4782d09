"""Pad to a square on black, then resize: the paper's first step (its notebooks: 512 pixels).

The filter is that of C. Duchon, Lanczos filtering in one and two dimensions, Journal of Applied
Meteorology 18, 1979, three lobes, as Pillow draws it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.restore.resizing import resized_lanczos
from rdface.restore.step import STEPS

SIDE: Final = 512
LARGEST: Final = 4096


class Pad:
    """The picture in the middle of a black square, drawn ``side`` x ``side`` pixels.

    Args:
        side: Pixels.
    """

    def __init__(self, side: int = SIDE) -> None:
        import PIL

        self._side = side
        self.name = "pad" if side == SIDE else f"pad:{side}"
        self.fingerprint = sha256_bytes(f"pad 1 {side} Pillow {PIL.__version__}".encode())

    def restore(self, image: Image) -> Image:
        """See :class:`rdface.restore.step.Step`; applies to every picture."""
        height, width = image.shape[:2]
        side = max(height, width)
        square = np.zeros((side, side, 3), np.uint8)
        top, left = (side - height) // 2, (side - width) // 2
        square[top : top + height, left : left + width] = image
        return resized_lanczos(square, self._side, self._side)


@STEPS.register("pad")
def pad(argument: str | None) -> Pad:
    """``pad`` or ``pad:SIDE``."""
    if argument is None:
        return Pad()
    if not argument.isdecimal() or not 16 <= int(argument) <= LARGEST:
        raise UsageError(
            f"pad:{argument} names no side of 16 to {LARGEST} pixels.", hint="Such as pad:256."
        )
    return Pad(int(argument))
