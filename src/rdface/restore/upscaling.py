"""Run a network that enlarges pictures tile by tile, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.errors import ImageError
from rdface.imaging import MAX_PIXELS, Image
from rdface.restore.resizing import resized_lanczos

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""``float32 [3, h, w]`` RGB 0 to 1 -> ``[3, f h, f w]``, 0 to 1 or a little beyond."""

TILE: Final = 192
"""Side of a tile, pixels of the small picture."""
OVERLAP: Final = 16
"""Pixels of its surroundings that a tile is shown on every side, and that are cut off again."""
OUTSCALE: Final = 3.5
"""How much larger the result is: the paper's value, from a network that enlarges by 4."""


def enlarged(
    image: Image,
    network: Network,
    *,
    factor: int = 4,
    outscale: float = OUTSCALE,
    tile: int = TILE,
    overlap: int = OVERLAP,
) -> Image:
    """Enlarge a picture by a network, then shrink to the wanted size by Lanczos.

    Args:
        image: ``uint8 [H, W, 3]`` RGB.
        network: What enlarges.
        factor: By how much it does.
        outscale: By how much the result is to be larger.
        tile: Largest side that the network is shown, ``overlap`` on each side besides.
        overlap: At edges of the picture there is none, as there is nothing to be shown.

    Returns:
        ``uint8 [round(outscale H), round(outscale W), 3]``.

    Raises:
        ImageError: The result would have more pixels than rdface opens.
    """
    height, width = image.shape[:2]
    if factor * factor * height * width > MAX_PIXELS:
        raise ImageError(
            f"A picture of {width} x {height} pixels is not enlarged: {factor} times its size is "
            f"more than {MAX_PIXELS:,} pixels.",
            hint="It needs no super-resolution; --smaller-than leaves such pictures out.",
        )
    large = np.empty((factor * height, factor * width, 3), np.uint8)
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            bottom, right = min(top + tile, height), min(left + tile, width)
            above, before = max(top - overlap, 0), max(left - overlap, 0)
            seen = image[
                above : min(bottom + overlap, height), before : min(right + overlap, width)
            ]
            planes = np.ascontiguousarray(seen.transpose(2, 0, 1), np.float32) / np.float32(255)
            drawn = network(planes)
            rows = slice(factor * (top - above), factor * (bottom - above))
            columns = slice(factor * (left - before), factor * (right - before))
            part = np.clip(drawn[:, rows, columns], 0, 1).transpose(1, 2, 0)
            large[factor * top : factor * bottom, factor * left : factor * right] = np.rint(
                255 * part
            )
    return resized_lanczos(large, round(outscale * width), round(outscale * height))
