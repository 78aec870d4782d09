"""Take out of a face what the network lets the pose do to its shape.

The network guesses depth from one picture, too flat for a head that is turned, so that turning the
points back leaves a sheared face: half turned away, a symmetric face looks asymmetric. Three steps
take that out, with the pose itself estimated from the points (:func:`rdface.faces.pose.head_pose`):

1. Five numbers of the pose times five fixed patterns of shifts are subtracted from the points.
2. What is left of a sway to one side, which noise in the estimated yaw makes, is projected out.
3. The difference between the two sides is trusted the less the more the head is turned, and
   shrunk: by 1 + :data:`DOUBT` times what the sine of abs(yaw) exceeds :data:`DOUBT_FROM` by, up
   to :data:`DOUBT_UP_TO`, where the growth flattens.

The patterns are the least-squares fit to the shifts *within* unaffected simulated children who were
rendered in several poses, so what makes a child's face its own is not in them; the sway is the
first principal component of what these leave of the difference between the sides, again within
children. benchmarks/pose_correction.py makes them and says what is left; no picture of a cohort was
used. docs/anthropometry.md has the figures.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces.mirror import mirrored
from rdface.faces.pose import head_pose, pose_free
from rdface.files import sha256_bytes

PATTERNS: Final = ("yaw", "yaw2", "yaw3", "pitch", "yaw_pitch")
"""Powers and products of the sines of yaw and of pitch, the latter from :data:`LEVEL`."""
LEVEL: Final = 0.041
"""Sine of the mean pitch estimated of resting faces that look straight into the camera."""
DOUBT_FROM, DOUBT_UP_TO = 0.03, 0.25
"""1.7 and 14.5 degrees; the first is about the noise of the estimated yaw of frontal faces."""
DOUBT = 14.5
"""So chosen that the asymmetry of the fitted children has no rank correlation with abs(yaw)."""
YAW_LIMIT, PITCH_LIMIT = 35.0, 20.0
"""Degrees beyond which nothing was fitted: the correction stays as it is there."""


def pose_corrected(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Faces free of pose, and of the shifts that go with it.

    Args:
        points: ``[..., 468, 3]``, any unit; x to the right, y down, z away from the viewer: they
            have to be turned as the camera saw them, but for roll.

    Returns:
        As :func:`rdface.faces.pose.pose_free`.
    """
    pose = head_pose(points)
    shape = pose_free(points) - np.einsum("...k,kpi->...pi", pose_terms(pose), shift_patterns())
    even, odd = (shape + mirrored(shape)) / 2, (shape - mirrored(shape)) / 2
    odd = odd - np.einsum("...pi,pi->...", odd, sway())[..., None, None] * sway()
    return pose_free(even + odd / (1 + DOUBT * doubted(pose_terms(pose)[..., :1, None])))


def doubted(sine: NDArray[np.floating]) -> NDArray[np.float64]:
    """What the sine of yaw adds to the doubt in the two sides' difference."""
    return np.asarray(np.clip(np.abs(sine), DOUBT_FROM, DOUBT_UP_TO) - DOUBT_FROM)


def pose_terms(pose: NDArray[np.floating]) -> NDArray[np.float64]:
    """What the patterns are multiplied with, ``[..., 5]``, from yaw and pitch ``[..., 2]``."""
    yaw = np.sin(np.radians(np.clip(pose[..., 0], -YAW_LIMIT, YAW_LIMIT)))
    pitch = np.sin(np.radians(np.clip(pose[..., 1], -PITCH_LIMIT, PITCH_LIMIT))) - LEVEL
    return np.stack([yaw, yaw**2, yaw**3, pitch, yaw * pitch], axis=-1)


def shift_patterns() -> NDArray[np.float64]:
    """``[5, 468, 3]`` in centroid sizes, in the order of :data:`PATTERNS`."""
    return _patterns()[:-1]


def sway() -> NDArray[np.float64]:
    """``[468, 3]``, of length 1."""
    return np.asarray(_patterns()[-1])


def correction_fingerprint() -> str:
    """Hash of the patterns and of what they are multiplied with."""
    settings = f"{PATTERNS} {LEVEL} {DOUBT} {DOUBT_FROM} {DOUBT_UP_TO} {YAW_LIMIT} {PITCH_LIMIT}"
    return sha256_bytes(f"{settings} {_text()}".encode())


@lru_cache(maxsize=1)
def _text() -> str:
    return files("rdface.faces").joinpath("pose_correction.csv").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _patterns() -> NDArray[np.float64]:
    """``[6, 468, 3]``."""
    lines = [line for line in _text().splitlines() if line[:1].isdigit()]
    rows = np.array([[float(cell) for cell in line.split(",")[1:]] for line in lines])
    patterns = rows.reshape(-1, len(PATTERNS) + 1, 3).transpose(1, 0, 2).copy()
    patterns.setflags(write=False)
    return patterns
