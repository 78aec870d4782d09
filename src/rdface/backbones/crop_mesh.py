"""The mesh of a crop, found once however many backbones ask for it.

Backbones see the same crops, batch by batch; who asks second for the same points is answered from
memory.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.backbone import Images
from rdface.faces import Crop, Face
from rdface.faces.mesh468 import N_POINTS, Mesh468, mesh_fingerprint
from rdface.files import sha256_bytes

CROP: Final = Crop(320, 320, "points", 0.8)
REMEMBERED = 256
"""Crops whose points are kept, 6 kB each."""

_known: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()


def crop_points(images: Images, *, steady: bool = False) -> NDArray[np.float32]:
    """The 468 points of crops of the shape :data:`CROP`.

    Args:
        images: ``uint8 [N, 320, 320, 3]`` RGB.
        steady: Look several times and average; see
            :meth:`rdface.faces.mesh468.Mesh468.steady_landmarks`.

    Returns:
        ``float32 [N, 468, 3]`` in the crop's pixels.
    """
    fingerprint, face = mesh_fingerprint(), _face()
    rows = np.empty((len(images), N_POINTS, 3), np.float32)
    for row, image in enumerate(images):
        key = (f"{fingerprint} {steady}", sha256_bytes(np.ascontiguousarray(image).tobytes()))
        if key not in _known:
            mesh = _mesh(fingerprint)
            look = mesh.steady_landmarks if steady else mesh.landmarks
            _known[key] = look(image, face)[0]
        _known.move_to_end(key)
        rows[row] = _known[key]
        while len(_known) > REMEMBERED:
            _known.popitem(last=False)
    return rows


@lru_cache(maxsize=1)
def _mesh(fingerprint: str) -> Mesh468:
    """The network; other weights make another fingerprint."""
    return Mesh468()


@lru_cache(maxsize=1)
def _face() -> Face:
    """Where the face lies in every crop: its five points are on the template."""
    points = CROP.template.astype(np.float32)
    eyes = float(points[1, 0] - points[0, 0])
    centre = points.mean(axis=0)
    sides = np.array([2.3 * eyes, 2.9 * eyes], np.float32)
    return Face(box=np.concatenate([centre - sides / 2, sides]), points=points, score=1.0)
