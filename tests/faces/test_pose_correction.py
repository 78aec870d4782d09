from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from rdface.faces.anthropometry import NAMES, measure_face
from rdface.faces.mirror import mirrored
from rdface.faces.pose import head_frame, head_pose, pose_free
from rdface.faces.pose_correction import (
    PATTERNS,
    pose_corrected,
    pose_terms,
    shift_patterns,
    sway,
)
from tests.faces.test_anthropometry import face


def turned(yaw: float, pitch: float, roll: float = 0, seed: int = 0) -> np.ndarray:
    """A face seen by a camera on its left (yaw) and above it (pitch), as the camera sees it."""
    plain = face(seed)
    level = plain @ head_frame(plain).T
    turn = Rotation.from_euler("xyz", (-pitch, yaw, roll), degrees=True)
    return np.asarray(turn.apply(level))


@settings(max_examples=40)
@given(st.floats(-50, 50), st.floats(-180, 180), st.integers(0, 5))
def test_the_pose_is_found_whatever_the_roll(yaw: float, roll: float, seed: int) -> None:
    pose = head_pose(turned(yaw, 0, roll, seed))
    np.testing.assert_allclose(np.abs(pose), [abs(yaw), 0], atol=1e-6)


def test_the_signs_of_the_pose() -> None:
    """A camera on the subject's left sees the left cheek near: its z is the smaller one."""
    plain = face()
    for angle in (20, -20):
        points = Rotation.from_euler("y", angle, degrees=True).apply(plain)
        near_left = points[454, 2] < points[234, 2]
        assert (head_pose(points)[0] > 0) == near_left
    for angle in (20, -20):
        points = Rotation.from_euler("x", angle, degrees=True).apply(plain)
        near_forehead = points[10, 2] - plain[10, 2] < points[152, 2] - plain[152, 2]
        assert (head_pose(points)[1] > head_pose(plain)[1]) == near_forehead


@settings(max_examples=25)
@given(st.floats(-40, 40), st.floats(-25, 25), st.integers(0, 50))
def test_a_mirrored_picture_gives_the_mirrored_face(yaw: float, pitch: float, seed: int) -> None:
    """No side is preferred: turned left or right, the correction is the mirror image."""
    points = turned(yaw, pitch) + np.random.default_rng(seed).normal(size=(468, 3)) * 0.03
    np.testing.assert_allclose(
        pose_corrected(mirrored(points)), mirrored(pose_corrected(points)), atol=1e-4
    )


def test_the_patterns_are_odd_in_yaw_or_even() -> None:
    """Odd ones change sign in the mirror, even ones do not; the sway is odd and of length 1."""
    assert shift_patterns().shape == (len(PATTERNS), 468, 3)
    for name, pattern in zip(PATTERNS, shift_patterns(), strict=True):
        sign = 1 if name in ("yaw2", "pitch") else -1
        np.testing.assert_allclose(mirrored(pattern), sign * pattern, atol=2e-5)
    np.testing.assert_allclose(mirrored(sway()), -sway(), atol=2e-5)
    assert np.linalg.norm(sway()) == pytest.approx(1, abs=1e-3)


def test_what_the_patterns_add_is_taken_out_again() -> None:
    """A symmetric face sheared by them, as the network would, has the measures it had before."""
    shape = pose_free(face())
    for yaw, pitch in ((0, 3.5), (12, 8), (-25, -6)):
        turn = Rotation.from_euler("xyz", (-pitch, yaw, 0), degrees=True)
        plain = turn.apply(shape)
        for _ in range(5):  # the shears move the estimated pose a little, which decides the shears
            terms = pose_terms(head_pose(plain))
            plain = turn.apply(shape + np.einsum("k,kpi->pi", terms, shift_patterns()))
        corrected = measure_face(plain)
        raw = measure_face(plain, correct_pose=False)
        true = measure_face(shape, correct_pose=False)
        wrong = np.abs(corrected - true) / np.abs(true).clip(0.05)
        before = np.abs(raw - true) / np.abs(true).clip(0.05)
        assert np.median(wrong) < 0.35 * np.median(before) or np.median(before) < 0.01


def test_beyond_what_was_fitted_the_correction_stays() -> None:
    far = pose_terms(np.array([[35.0, 20.0], [60.0, 50.0]]))
    np.testing.assert_array_equal(far[0], far[1])


def test_many_faces_are_corrected_as_one_by_one() -> None:
    faces = np.stack([turned(yaw, 3, 2, seed) for seed, yaw in enumerate((-20, 0, 9, 30))])
    each = [pose_corrected(points) for points in faces]
    np.testing.assert_allclose(pose_corrected(faces), each, atol=1e-12)


def test_an_uneven_face_stays_uneven_from_the_front_and_is_trusted_less_when_turned() -> None:
    points = face() + np.random.default_rng(3).normal(size=(468, 3)) * 0.05
    column = NAMES.index("asymmetry")
    sizes = []
    for yaw in (0, 10, 25):
        turn = Rotation.from_euler("y", yaw, degrees=True)
        shears = pose_terms(np.array([yaw, 0.0])) - pose_terms(np.zeros(2))
        seen = pose_free(points) + np.einsum("k,kpi->pi", shears, shift_patterns())
        sizes.append(measure_face(turn.apply(seen))[column])
    assert sizes[0] > sizes[1] > sizes[2] > 0.2 * sizes[0]


def test_the_constants_say_where_they_come_from() -> None:
    import rdface.faces.pose_correction as module

    text = Path(module.__file__).with_suffix(".csv").read_text()
    assert text.startswith("# made by: python benchmarks/pose_correction.py")
    assert len(text.splitlines()) == 468 + 4
