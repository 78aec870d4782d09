"""What stands in a picture where something is taken away."""

from __future__ import annotations

from typing import Literal

import numpy as np

from rdface.errors import UsageError
from rdface.imaging import Image

Fill = Literal["blur", "mean"]
FILLS: tuple[Fill, ...] = ("blur", "mean")
BLUR = 0.1
"""SD of the blur, in lengths of the picture's shorter side: no feature of a face is left."""


def filled(picture: Image, fill: Fill) -> Image:
    """The picture with everything taken away, ``uint8 [H, W, 3]``.

    ``blur`` keeps the colours where they were, so that a covered place looks like skin and not like
    a hole; ``mean`` is one colour, the picture's mean, near to the grey of Zeiler and Fergus.

    Raises:
        UsageError: Another fill.
    """
    import cv2

    if fill == "mean":
        colour = picture.reshape(-1, 3).mean(axis=0)
        return np.broadcast_to(np.rint(colour).astype(np.uint8), picture.shape).copy()
    if fill != "blur":
        raise UsageError(f"There is no fill {fill!r}.", hint=f"Known: {', '.join(FILLS)}.")
    sigma = BLUR * min(picture.shape[:2])
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)
