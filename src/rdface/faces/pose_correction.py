"""Take out of a face what the network lets the pose do to its shape.

The network guesses depth from one picture, too flat for a head that is turned, so that turning the
points back leaves a sheared face: a quarter turned, a symmetric face looks asymmetric. Here that is
taken out of every point as a smooth function of the pose, which is itself estimated from the points
(:func:`rdface.faces.pose.head_pose`): five numbers of the pose times five fixed patterns of shifts.
The patterns are the least-squares fit to the shifts *within* unaffected simulated children who were
rendered in several poses, so what makes a child's face its own is not in them; those that are odd
in yaw are mirror images of themselves with the sign changed. benchmarks/pose_correction.py makes
them and says what is left; no picture of a cohort was used. docs/anthropometry.md has the figures.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces.pose import head_pose, pose_free
from rdface.files import sha256_bytes

PATTERNS: Final = ("yaw", "yaw2", "yaw3", "pitch", "yaw_pitch")
"""Powers and products of the sines of yaw and of pitch, the latter from :data:`LEVEL`."""
LEVEL: Final = 0.062
"""Sine of the mean pitch estimated of resting faces that look straight into the camera."""
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
    shifts = np.einsum("...k,kpi->...pi", pose_terms(head_pose(points)), shift_patterns())
    return pose_free(pose_free(points) - shifts)


def pose_terms(pose: NDArray[np.floating]) -> NDArray[np.float64]:
    """What the patterns are multiplied with, ``[..., 5]``, from yaw and pitch ``[..., 2]``."""
    yaw = np.sin(np.radians(np.clip(pose[..., 0], -YAW_LIMIT, YAW_LIMIT)))
    pitch = np.sin(np.radians(np.clip(pose[..., 1], -PITCH_LIMIT, PITCH_LIMIT))) - LEVEL
    return np.stack([yaw, yaw**2, yaw**3, pitch, yaw * pitch], axis=-1)


@lru_cache(maxsize=1)
def shift_patterns() -> NDArray[np.float64]:
    """``[5, 468, 3]`` in centroid sizes, in the order of :data:`PATTERNS`."""
    rows = np.loadtxt(_text().splitlines(), delimiter=",", comments="#", skiprows=_head())
    patterns = rows[:, 1:].reshape(-1, len(PATTERNS), 3).transpose(1, 0, 2)
    patterns.setflags(write=False)
    return np.asarray(patterns)


def correction_fingerprint() -> str:
    """Hash of the patterns and of what they are multiplied with."""
    settings = f"{PATTERNS} {LEVEL} {YAW_LIMIT} {PITCH_LIMIT}"
    return sha256_bytes(f"{settings} {_text()}".encode())


@lru_cache(maxsize=1)
def _text() -> str:
    return files("rdface.faces").joinpath("pose_correction.csv").read_text(encoding="utf-8")


def _head() -> int:
    """Lines of provenance and of names, before the numbers."""
    return sum(not line[:1].isdigit() for line in _text().splitlines())
