"""The shape of a face and nothing else: 468 points with pose, place and size taken out.

No texture, no colour: what a ruler could measure. The head's own frame is laid through pairs of
points that mirror each other (across) and through the upper and lower arcs of the face's outline
(down), so no average face is fitted and nothing can leak from one picture into another. Size is
the centroid size of I. Dryden and K. Mardia, Statistical Shape Analysis, 2016.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.backbone import BACKBONES, Embeddings, Images, takes_nothing
from rdface.faces import Crop, Face
from rdface.faces.mesh468 import N_POINTS, Mesh468, mesh_fingerprint
from rdface.files import sha256_bytes
from rdface.weights import where

PAIRS = np.array(
    [
        (33, 263),  # outer and inner corners of the eyes
        (133, 362),
        (70, 300),  # brows, outer end to inner end
        (105, 334),
        (107, 336),
        (234, 454),  # temples, cheeks and jaw along the outline
        (127, 356),
        (58, 288),
        (172, 397),
        (136, 365),
        (205, 425),  # middle of the cheeks
        (98, 327),  # sides of the nose
        (61, 291),  # corners of the mouth
    ]
)
"""The subject's right point, then the left one that mirrors it."""
UPPER = (67, 109, 10, 338, 297)
LOWER = (176, 148, 152, 377, 400)
"""The outline over the forehead and under the chin."""


def pose_free(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Take place, size and rotation out of a face.

    Args:
        points: ``[468, 3]``, any unit; x to the right, y down, z away from the viewer.

    Returns:
        ``[468, 3]``: x to the subject's left, y down the face, z to the back of the head;
        centroid at 0, mean squared distance from it 1.
    """
    points = np.asarray(points, np.float64)
    points = points - points.mean(axis=0)
    across = (points[PAIRS[:, 1]] - points[PAIRS[:, 0]]).mean(axis=0)
    across = across / np.linalg.norm(across)
    down = points[list(LOWER)].mean(axis=0) - points[list(UPPER)].mean(axis=0)
    down = down - across * (down @ across)
    down = down / np.linalg.norm(down)
    frame = np.stack([across, down, np.cross(across, down)])
    turned = points @ frame.T
    return np.asarray(turned / np.sqrt((turned**2).sum(axis=1).mean()), np.float64)


class Landmarks:
    """The mesh of every crop, free of pose, as one row of 468 x 3 numbers."""

    name = "landmarks"
    dim = 3 * N_POINTS
    crop = Crop(320, 320, "points", 0.8)

    def __init__(self) -> None:
        where("mesh468")  # missing weights are told of before any work

    @property
    def fingerprint(self) -> str:
        """See :class:`rdface.backbones.Backbone`."""
        parts = (self.name, "2", mesh_fingerprint(), self.crop.fingerprint)
        return sha256_bytes(" ".join(map(str, parts)).encode())

    @cached_property
    def _mesh(self) -> Mesh468:
        return Mesh468()

    @cached_property
    def _face(self) -> Face:
        """Where the face lies in every crop: its five points are on the template."""
        points = self.crop.template.astype(np.float32)
        eyes = float(points[1, 0] - points[0, 0])
        centre = points.mean(axis=0)
        sides = np.array([2.3 * eyes, 2.9 * eyes], np.float32)
        return Face(box=np.concatenate([centre - sides / 2, sides]), points=points, score=1.0)

    def embed(self, images: Images) -> Embeddings:
        """See :class:`rdface.backbones.Backbone`."""
        rows = np.empty((len(images), self.dim), np.float32)
        for row, image in enumerate(images):
            points, _ = self._mesh.landmarks(image, self._face)
            rows[row] = pose_free(points).ravel()
        return rows


@BACKBONES.register("landmarks")
def landmarks(argument: str | None = None) -> Landmarks:
    """Pose-normalised shape, 1404-d."""
    takes_nothing("landmarks", argument)
    return Landmarks()
