"""Procrustes: blind to place, size and rotation; not to aspect, nor to mirrors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes

from rdface.screening.procrustes import mean_shapes, procrustes_distances, shapes


def some_faces(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 9, 2))


@given(st.floats(0.1, 10), st.floats(-7, 7), st.floats(-20, 20))
def test_place_size_and_rotation_do_not_matter(size: float, angle: float, shift: float) -> None:
    face = some_faces(1)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = size * face @ turn.T + shift
    assert procrustes_distances(shapes(moved), shapes(face))[0, 0] < 1e-6


def test_a_broader_face_and_a_mirror_image_are_other_shapes() -> None:
    face = some_faces(1)
    for changed in (face * [1.2, 1], face * [-1, 1]):
        assert procrustes_distances(shapes(changed), shapes(face))[0, 0] > 0.05


def test_the_distance_is_that_of_a_search_for_the_best_rotation_and_size() -> None:
    """By scipy's orthogonal Procrustes, mirrors ruled out by the sign of the determinant."""
    a, b = some_faces(1, 1)[0], some_faces(1, 2)[0]
    found = procrustes_distances(shapes(a[None]), shapes(b[None]))[0, 0]
    a, b = (x - x.mean(axis=0) for x in (a, b))
    a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)
    turn, _ = orthogonal_procrustes(a, b)
    if np.linalg.det(turn) < 0:
        u, _, vt = np.linalg.svd(a.T @ b)
        turn = u @ np.diag([1, -1]) @ vt
    size = np.sum((a @ turn) * b)
    assert found == pytest.approx(np.linalg.norm(size * a @ turn - b), abs=1e-9)


def test_the_mean_shape_is_nearer_to_its_faces_than_any_of_them() -> None:
    z = shapes(some_faces(1) + 0.2 * some_faces(12, 3))
    mean = mean_shapes(z, np.zeros(12, np.intp), 2)
    assert np.isnan(mean[1]).all()
    sums = (procrustes_distances(z, z) ** 2).sum(axis=0)
    assert (procrustes_distances(z, mean[:1]) ** 2).sum() < sums.min()


def test_missing_points_give_no_distance_and_move_no_mean() -> None:
    faces = some_faces(4)
    faces[2, 0] = np.nan
    z = shapes(faces)
    means = mean_shapes(z, np.array([0, 0, 0, 1]), 2)
    without = mean_shapes(z[[0, 1, 3]], np.array([0, 0, 1]), 2)
    np.testing.assert_allclose(procrustes_distances(without, means).diagonal(), 0, atol=1e-7)
    assert np.isnan(procrustes_distances(z, means)[2]).all()
