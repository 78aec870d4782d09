"""What a ruler would say of a face: dimensionless measures from the 468 points, free of pose.

The points come from :class:`rdface.faces.mesh468.Mesh468`; each measure carries its definition and
its source. :mod:`rdface.faces.norms` compares them with those of unaffected children.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.faces.eye_measures import OF_EYES
from rdface.faces.face_measures import OF_FACE
from rdface.faces.measure import Measure
from rdface.faces.mesh468 import STEADY_VIEWS
from rdface.faces.nose_mouth_measures import OF_MOUTH, OF_NOSE
from rdface.faces.pose import pose_free
from rdface.faces.pose_correction import correction_fingerprint, pose_corrected
from rdface.faces.ruler import POINTS
from rdface.files import sha256_bytes
from rdface.weights import find

__all__ = [
    "BILATERAL",
    "MEASURES",
    "NAMES",
    "Measure",
    "measure_face",
    "measure_sides",
    "measuring_fingerprint",
]

MEASURES: Final[tuple[Measure, ...]] = (*OF_EYES, *OF_NOSE, *OF_MOUTH, *OF_FACE)
"""All measures, in the order of the columns of :func:`measure_face`."""
NAMES = tuple(measure.name for measure in MEASURES)
"""Names of the columns of :func:`measure_face`."""
BILATERAL = (
    "fissure_length",
    "fissure_slant",
    "lid_opening",
    "brow_height",
    "brow_arch",
    "mouth_corner_angle",
    "cheek_protrusion",
)
"""Measures that a face has twice; :func:`measure_face` gives the mean of both sides."""


def measure_face(points: NDArray[np.floating], *, correct_pose: bool = True) -> NDArray[np.float64]:
    """Measure one face or many.

    Args:
        points: ``[468, 3]`` or ``[N, 468, 3]``, any unit; x to the right, y down, z away from
            the viewer, as :class:`rdface.faces.mesh468.Mesh468` gives them, best by its
            ``steady_landmarks``. Place, size and roll do not matter.
        correct_pose: Take out what the network makes of a turned head, see
            :mod:`rdface.faces.pose_correction`. False for points that were measured and not
            guessed; then no rotation matters.

    Returns:
        ``[M]`` or ``[N, M]``, ratios and degrees in the order of :data:`NAMES`.

    Raises:
        UsageError: The points have another shape or are not finite.
    """
    faces = _faces(points, correct_pose)
    columns = [measure.ruler(faces).mean(axis=1) for measure in MEASURES]
    table = np.stack(columns, axis=1)
    return table if np.ndim(points) == 3 else np.asarray(table[0])


def measure_sides(
    points: NDArray[np.floating], *, correct_pose: bool = True
) -> NDArray[np.float64]:
    """Measure the two sides of a face, or of many, on their own.

    Args:
        points: As for :func:`measure_face`.
        correct_pose: As for :func:`measure_face`.

    Returns:
        ``[B, 2]`` or ``[N, B, 2]``: :data:`BILATERAL` of the subject's right and left.

    Raises:
        UsageError: The points have another shape or are not finite.
    """
    faces = _faces(points, correct_pose)
    rulers = {measure.name: measure.ruler for measure in MEASURES}
    table = np.stack([rulers[name](faces) for name in BILATERAL], axis=1)
    return table if np.ndim(points) == 3 else np.asarray(table[0])


def measuring_fingerprint() -> str:
    """Names all that the measures of a picture follow from, but for the engines' versions.

    Weights, looks, pose correction, points and formulas; the leading number is raised when a
    formula changes. References keep it, since those of another ruler do not apply.
    """
    parts = ("2", find("mesh468").sha256, STEADY_VIEWS, correction_fingerprint(), NAMES, POINTS)
    return sha256_bytes(" ".join(map(str, parts)).encode())


def _faces(points: NDArray[np.floating], correct_pose: bool) -> NDArray[np.float64]:
    """``[N, 468, 3]``, free of pose."""
    shape = np.shape(points)
    if len(shape) not in (2, 3) or shape[-2:] != (468, 3):
        raise UsageError(f"A face has 468 points [468, 3], or [N, 468, 3]; these are {shape}.")
    if not np.isfinite(points).all():
        raise UsageError("A face's points must be finite numbers.")
    free = pose_corrected(points) if correct_pose else pose_free(points)
    return free.reshape(-1, 468, 3)
