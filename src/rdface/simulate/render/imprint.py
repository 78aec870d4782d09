"""What lies under every pixel: rest positions and regions of skin and eyes.

Skin is finer than the mesh's vertices. Knowing the rest position under a pixel, colours and pores
are evaluated per pixel after rendering, as dense as the picture itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree

from rdface.simulate.head.fields import Points

Map = NDArray[np.float64]
_NEIGHBOURS = 3
_FULL = 0.97  # share of a pixel that one surface covers when its position can be trusted


@dataclass(frozen=True)
class Imprint:
    """One surface in the picture.

    Attributes:
        share: Part of each pixel that shows the surface, [H, W] in 0..1.
        rest: Rest positions [H, W, 3] dm; only meaningful where `share` > 0.
        regions: Masks painted on the surface, by name, each [H, W].
    """

    share: Map
    rest: Points
    regions: dict[str, Map]


def imprint(
    share: Map,
    positions: Points,
    points: Points,
    rest: Points,
    regions: dict[str, Map],
    scale: float,
) -> Imprint:
    """Carry rest positions and masks of vertices over to the pixels.

    The three nearest vertices vote, each moved along the surface as if the head were only scaled
    between them; a pixel on an outline takes after the nearest pixel that is wholly inside.

    Args:
        share: Part of each pixel that shows the surface [H, W].
        positions: Seen points [H, W, 3].
        points: Vertices of the surface [n, 3].
        rest: Their rest positions [n, 3].
        regions: Masks on the vertices, each [n].
        scale: Head size over that of the rest mesh.
    """
    full = share > _FULL
    rows = np.zeros((*share.shape, 3))
    masks = {name: np.zeros(share.shape) for name in regions}
    if not full.any():
        return Imprint(np.zeros(share.shape), rows, masks)
    places = positions[full]
    distance, nearest = cKDTree(points).query(places, k=_NEIGHBOURS)
    weight = 1 / (distance**2 + 1e-8)
    weight /= weight.sum(axis=1, keepdims=True)
    votes = rest[nearest] + (places[:, None] - points[nearest]) / scale
    rows[full] = (votes * weight[..., None]).sum(axis=1)
    for name, values in regions.items():
        masks[name][full] = (values[nearest] * weight).sum(axis=1)
    # Outlines: the nearest pixel that is wholly on the surface speaks for the others.
    partly = (share > 0) & ~full
    down, right = distance_transform_edt(~full, return_distances=False, return_indices=True)
    rows[partly] = rows[down[partly], right[partly]]
    for mask in masks.values():
        mask[partly] = mask[down[partly], right[partly]]
    return Imprint(share, rows, masks)
