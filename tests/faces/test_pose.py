from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from rdface.faces.pose import LOWER, PAIRS, UPPER, pose_free


def head(seed: int) -> np.ndarray:
    """468 random points whose named ones lie where they should."""
    points = np.random.default_rng(seed).normal(size=(468, 3))
    points[PAIRS[:, 0], 0] -= 5
    points[PAIRS[:, 1], 0] += 5
    points[list(UPPER), 1] -= 5
    points[list(LOWER), 1] += 5
    return points


@given(
    st.integers(0, 5),
    st.tuples(st.floats(-60, 60), st.floats(-60, 60), st.floats(-180, 180)),
    st.floats(0.01, 100),
    st.floats(-300, 300),
)
def test_pose_size_and_place_do_not_matter(
    seed: int, angles: tuple[float, float, float], scale: float, shift: float
) -> None:
    """Any rigid motion and scaling of the head gives the same numbers."""
    points = head(seed)
    moved = scale * Rotation.from_euler("xyz", angles, degrees=True).apply(points) + shift
    np.testing.assert_allclose(pose_free(moved), pose_free(points), atol=1e-6)


def test_a_mirrored_face_gives_the_mirrored_shape() -> None:
    """Left and right are told apart: an asymmetric face is a finding."""
    points = head(0)
    swapped = points.copy()
    swapped[PAIRS[:, 0]], swapped[PAIRS[:, 1]] = points[PAIRS[:, 1]], points[PAIRS[:, 0]]
    mirrored = pose_free(swapped * [-1, 1, 1])
    plain = pose_free(points)
    np.testing.assert_allclose(mirrored[PAIRS[:, 0]] * [-1, 1, 1], plain[PAIRS[:, 1]], atol=1e-9)


def test_what_a_face_is_wide_stays_in() -> None:
    """Size is taken out, proportion is not."""
    points = head(1)
    wide = pose_free(points * [1.3, 1, 1])
    assert np.ptp(wide[:, 0]) / np.ptp(wide[:, 1]) > 1.2 * np.ptp(points[:, 0]) / np.ptp(
        points[:, 1]
    )


def test_many_faces_at_once_are_as_one_by_one() -> None:
    """Batches are a convenience and change nothing."""
    faces = np.stack([head(seed) for seed in range(4)])
    np.testing.assert_allclose(pose_free(faces), [pose_free(face) for face in faces], atol=1e-12)
