"""The shapes of portraits: 468 points, found once, and what in them is face and not pose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Face
from rdface.faces.crop import TEMPLATE
from rdface.faces.mesh468 import N_POINTS, Mesh468
from rdface.faces.pose import head_frame
from rdface.faces.pose_correction import pose_corrected
from rdface.faces.row_cache import RowCache
from rdface.files import sha256_bytes
from rdface.progress import bar
from rdface.synthesis.portraits import MARGIN

if TYPE_CHECKING:
    from rdface.imaging import Image
    from rdface.synthesis.portraits import Portraits

BATCH = 32
LIPS = (61, 291, 0, 13, 14, 17)
"""Corners of the mouth; middles of the upper lip's edges, then of the lower lip's."""
SURE = 0.5
"""Least confidence of the mesh that a portrait shows a face."""


@dataclass(frozen=True, eq=False)
class Shapes:
    """The faces of N portraits.

    Attributes:
        points: ``float64 [N, 468, 3]`` pixels of the portrait; z in the same unit.
        free: ``[N, 468, 3]``: the face of each without the pose and what the network makes of it
            (:func:`~rdface.faces.pose_correction.pose_corrected`), so that two can be mixed.
        sure: ``bool [N]``: whether the mesh sees a face.
    """

    points: NDArray[np.float64]
    free: NDArray[np.float64]
    sure: NDArray[np.bool_]

    def placed(self, row: int, free: NDArray[np.float64]) -> NDArray[np.float64]:
        """Another face where portrait ``row`` has its own: same place, size and turn of the head.

        Only the difference of the two faces is moved, so a face put in its own place is itself.

        Args:
            row: Portrait.
            free: ``[468, 3]``, as :attr:`free`.

        Returns:
            ``[468, 2]`` pixels of that portrait.
        """
        own = self.points[row]
        centred = own - own.mean(axis=0)
        size = np.sqrt((centred**2).sum(axis=-1).mean())
        turned = (free - self.free[row]) @ head_frame(centred)
        return np.asarray(own[:, :2] + size * turned[:, :2], np.float64)


def find_shapes(portraits: Portraits, work: Path) -> Shapes:
    """Find the points of portraits; what was found is kept in ``work`` by picture.

    Args:
        portraits: N of them.
        work: Folder of the generator.
    """
    mesh = Mesh468()
    cache = RowCache(work / f"points-{mesh.fingerprint[:16]}", np.float32)
    known = cache.load()
    keys = [sha256_bytes(image.tobytes()) for image in portraits.images]
    with bar("Finding 468 points", len(keys)) as advance:
        for start in range(0, len(keys), BATCH):
            batch = list(zip(keys, portraits.images, strict=True))[start : start + BATCH]
            fresh = {key: _row(mesh, image) for key, image in batch if key not in known}
            if fresh:
                cache.add(list(fresh), np.stack(list(fresh.values())))
                known |= fresh
            advance(len(batch))
    rows = np.stack([known[key] for key in keys]).astype(np.float64)
    points = rows[:, 1:].reshape(-1, N_POINTS, 3)
    return Shapes(points, np.asarray(pose_corrected(points)), rows[:, 0] >= SURE)


def _row(mesh: Mesh468, image: Image) -> NDArray[np.float32]:
    """The network's confidence, then the points."""
    points, score = mesh.landmarks(image, face_in_portrait(len(image)))
    steady = mesh.steadied(image, points)
    return np.concatenate([[np.float32(score)], steady.ravel()]).astype(np.float32)


def mouths(free: NDArray[np.floating]) -> NDArray[np.float64]:
    """The mouths of faces ``[..., 468, 3]``, wherever they are in the face: ``[..., 18]``.

    Expression shows in them first; a closed mouth that is torn open has no teeth to show.
    """
    lips = free[..., LIPS, :]
    return np.asarray((lips - lips.mean(axis=-2, keepdims=True)).reshape(*lips.shape[:-2], -1))


def face_in_portrait(size: int) -> Face:
    """Where the face lies in every portrait: the detector's box in the middle, eyes level.

    The five points only tell the mesh which way is up; it looks again by itself.
    """
    side = size / (1 + MARGIN)
    low = (size - side) / 2
    points = (TEMPLATE - 56) * (side / 112) + size / 2
    box = np.array([low, low, side, side], np.float32)
    return Face(box=box, points=points.astype(np.float32), score=1.0)
