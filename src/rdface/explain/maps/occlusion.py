"""Occlusion: cover each place in turn and see what the score loses.

M. Zeiler, R. Fergus: Visualizing and understanding convolutional networks, ECCV 2014. It asks
nothing of a backbone but embeddings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.explain.fills import Fill, filled
from rdface.explain.saliency import MAPS, SaliencyMap
from rdface.explain.target import Target
from rdface.imaging import Image

if TYPE_CHECKING:
    from rdface.backbones import Backbone

GRID = 12
"""Patches along each side."""
PATCH = 0.2
"""Side of a patch, in sides of the picture: an eye with its lids, or the mouth's half."""


@MAPS.register("occlusion")
def occlusion_map(crop: Image, backbone: Backbone, target: Target, fill: Fill) -> SaliencyMap:
    """Cover one place after the other; any backbone."""
    return occluded(crop, backbone, target, fill, grid=GRID, patch=PATCH)


def occluded(
    crop: Image, backbone: Backbone, target: Target, fill: Fill, *, grid: int, patch: float
) -> SaliencyMap:
    """The mean loss of the score over the patches that cover a pixel.

    All occluded pictures are embedded in one call.

    Args:
        crop: ``uint8 [H, W, 3]``.
        backbone: What sees it.
        target: The score.
        fill: What a patch is filled with.
        grid: Patches along each side; their centres divide the side evenly.
        patch: Side of a patch in sides of the picture; those at the edge are cut off.
    """
    boxes = patches(crop.shape[0], crop.shape[1], grid, patch)
    blank = filled(crop, fill)
    pictures = np.repeat(crop[None], 1 + len(boxes), axis=0)
    for picture, (top, bottom, left, right) in zip(pictures[1:], boxes, strict=True):
        picture[top:bottom, left:right] = blank[top:bottom, left:right]
    scores = target.of_pictures(backbone, pictures)
    total, covered = np.zeros(crop.shape[:2]), np.zeros(crop.shape[:2])
    for loss, (top, bottom, left, right) in zip(scores[0] - scores[1:], boxes, strict=True):
        total[top:bottom, left:right] += loss
        covered[top:bottom, left:right] += 1
    values = total / np.maximum(covered, 1)
    settings = {"grid": float(grid), "patch": patch}
    return SaliencyMap(values, "occlusion", float(scores[0]), fill, settings)


def patches(height: int, width: int, grid: int, patch: float) -> NDArray[np.intp]:
    """``[grid * grid, 4]``: top, bottom, left, right of every patch, in pixels."""

    def along(side: int) -> NDArray[np.intp]:
        half = max(patch * side / 2, side / grid / 2)  # no pixel is left uncovered
        centres = (np.arange(grid) + 0.5) * side / grid
        ends = np.stack([centres - half, centres + half], axis=1)
        # Half upwards, so that where one patch ends and the next begins is one pixel's edge.
        return np.asarray(np.clip(np.floor(ends.round(9) + 0.5), 0, side), np.intp)

    rows, columns = along(height), along(width)
    return np.array([[*row, *column] for row in rows for column in columns], dtype=np.intp)
