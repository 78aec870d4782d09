"""A face as the numbers that a dysmorphologist would take with ruler and protractor.

The measures of :mod:`rdface.faces.anthropometry`, from the 468 points, looked at several times and
corrected for pose.
"""

from __future__ import annotations

import numpy as np

from rdface.backbones.backbone import BACKBONES, Embeddings, Images
from rdface.backbones.crop_mesh import CROP, crop_points
from rdface.faces.anthropometry import NAMES, measure_face, measuring_fingerprint
from rdface.faces.mesh468 import mesh_fingerprint
from rdface.files import sha256_bytes
from rdface.weights import where


class Anthropometry:
    """The measures of every crop, ratios and degrees side by side: learners standardise them."""

    name = "anthropometry"
    dim = len(NAMES)
    crop = CROP

    def __init__(self) -> None:
        where("mesh468")  # missing weights are told of before any work

    @property
    def fingerprint(self) -> str:
        """See :class:`rdface.backbones.Backbone`; formulas and all are in measuring_fingerprint."""
        measured = measuring_fingerprint()
        parts = (self.name, "2", mesh_fingerprint(), self.crop.fingerprint, measured)
        return sha256_bytes(" ".join(map(str, parts)).encode())

    def embed(self, images: Images) -> Embeddings:
        """See :class:`rdface.backbones.Backbone`."""
        rows = np.empty((len(images), self.dim), np.float32)
        for row, points in enumerate(
            crop_points(images, steady=True)
        ):  # one by one: a batch must not show
            rows[row] = measure_face(points)
        return rows


@BACKBONES.register("anthropometry")
def anthropometry(argument: str | None = None) -> Anthropometry:
    """Ratios and angles of the face, 36-d."""
    BACKBONES.takes_nothing("anthropometry", argument)
    return Anthropometry()
