"""The mesh of a crop, found once however many backbones ask for it.

`landmarks` and `anthropometry` see the same crops, batch by batch; what the one has found is there
for the other.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.backbone import Images
from rdface.faces.mesh468 import N_POINTS, Mesh468, mesh_fingerprint
from rdface.faces.mesh_crop import MESH_CROP, face_in_crop
from rdface.files import sha256_bytes

CROP: Final = MESH_CROP
REMEMBERED = 512
"""Sets of points kept, 6 kB each."""

_known: OrderedDict[tuple[str, str, bool], NDArray[np.float32]] = OrderedDict()


def crop_points(images: Images, *, steady: bool = False) -> NDArray[np.float32]:
    """The 468 points of crops of the shape :data:`CROP`.

    Args:
        images: ``uint8 [N, 320, 320, 3]`` RGB.
        steady: Look several times and average; see
            :meth:`rdface.faces.mesh468.Mesh468.steady_landmarks`.

    Returns:
        ``float32 [N, 468, 3]`` in the crop's pixels.
    """
    rows = np.empty((len(images), N_POINTS, 3), np.float32)
    for row, image in enumerate(images):
        rows[row] = _found(image, sha256_bytes(np.ascontiguousarray(image).tobytes()), steady)
    return rows


def _found(image: NDArray[np.uint8], digest: str, steady: bool) -> NDArray[np.float32]:
    """Points of one crop, from memory if they are there."""
    fingerprint = mesh_fingerprint()
    key = (fingerprint, digest, steady)
    if key not in _known:
        mesh = _mesh(fingerprint)
        if steady:
            _known[key] = mesh.steadied(image, _found(image, digest, False))
        else:
            _known[key] = mesh.landmarks(image, face_in_crop())[0]
    _known.move_to_end(key)
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)
    return _known[key]


@lru_cache(maxsize=1)
def _mesh(fingerprint: str) -> Mesh468:
    """The network; other weights make another fingerprint."""
    return Mesh468()
