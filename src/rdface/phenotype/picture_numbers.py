"""All numbers of one face that the ruler of `measured` reads, and why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Face, align
from rdface.faces.anthropometry import NAMES, measure_face
from rdface.faces.mesh468 import Mesh468
from rdface.faces.mesh_crop import MESH_CROP, face_in_crop
from rdface.faces.norms import Reference
from rdface.faces.norms_table import shipped_reference
from rdface.faces.pose import head_pose
from rdface.imaging import Image
from rdface.phenotype.appearance import appearance

Floats = NDArray[np.float64]

MESH_WEIGHT: Final = 0.3
FARTHEST: Final = 5.0
"""SD beyond which a z-score of the mesh is held: the network slipped."""
YAW_LIMIT: Final = 30.0
PITCH_LIMIT: Final = 20.0
"""Degrees, as far as the points know, beyond which nothing is said."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Of one face.

    Attributes:
        x: ``[D]``.
        yaw: Degrees, as far as the points know.
        pitch: The same.
    """

    x: Floats
    yaw: float
    pitch: float


def numbers_of(image: Image, face: Face, age: float, sex: str) -> Numbers:
    """Take them.

    Args:
        image: ``uint8 [H, W, 3]`` RGB.
        face: Where the face is.
        age: Years, known.
        sex: ``female`` or ``male``.

    Raises:
        WeightsError: Weights of the mesh or of the identity network are not here.
    """
    crop = align(image, face, MESH_CROP)
    points, _ = _mesh().steady_landmarks(crop, face_in_crop())
    yaw, pitch = (float(angle) for angle in head_pose(points))
    z = mesh_z(measure_face(points)[None], [age], [sex])[0]
    return Numbers(together(appearance(image, face)[None], z[None], [age], [sex])[0], yaw, pitch)


def mesh_z(measures: Floats, ages: list[float], sexes: list[str]) -> Floats:
    """Z-scores ``[N, 36]`` of the mesh's measures against unaffected children."""
    reference = _reference()
    order = [NAMES.index(name) for name in reference.names]
    return reference.z_scores(measures[:, order], ages, sexes)


def together(appearances: Floats, z: Floats, ages: list[float], sexes: list[str]) -> Floats:
    """Side by side ``[N, D]``: appearance, mesh, age and sex."""
    years = np.asarray(ages, np.float64)
    male = np.array([float(sex == "male") for sex in sexes])
    held = MESH_WEIGHT * np.clip(z, -FARTHEST, FARTHEST)
    return np.concatenate([appearances, held, np.log(years + 0.75)[:, None], male[:, None]], axis=1)


@lru_cache(maxsize=1)
def _mesh() -> Mesh468:
    return Mesh468()


@lru_cache(maxsize=1)
def _reference() -> Reference:
    return shipped_reference()
