"""The shape of a face and nothing else: 468 points with pose, place and size taken out.

No texture, no colour: what a ruler could measure. :mod:`rdface.faces.pose` says how.
"""

from __future__ import annotations

import numpy as np

from rdface.backbones.backbone import BACKBONES, Embeddings, Images
from rdface.backbones.crop_mesh import CROP, crop_points
from rdface.faces.mesh468 import N_POINTS, mesh_fingerprint
from rdface.faces.pose import pose_free
from rdface.files import sha256_bytes
from rdface.weights import where


class Landmarks:
    """The mesh of every crop, free of pose, as one row of 468 x 3 numbers."""

    name = "landmarks"
    dim = 3 * N_POINTS
    crop = CROP

    def __init__(self) -> None:
        where("mesh468")  # missing weights are told of before any work

    @property
    def fingerprint(self) -> str:
        """See :class:`rdface.backbones.Backbone`."""
        parts = (self.name, "3", mesh_fingerprint(), self.crop.fingerprint)
        return sha256_bytes(" ".join(map(str, parts)).encode())

    def embed(self, images: Images) -> Embeddings:
        """See :class:`rdface.backbones.Backbone`."""
        rows = np.empty((len(images), self.dim), np.float32)
        for row, points in enumerate(crop_points(images)):  # one by one: a batch must not show
            rows[row] = pose_free(points).ravel()
        return rows


@BACKBONES.register("landmarks")
def landmarks(argument: str | None = None) -> Landmarks:
    """Pose-normalised shape, 1404-d."""
    BACKBONES.takes_nothing("landmarks", argument)
    return Landmarks()
