"""Catmull-Clark subdivision as a matrix."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rdface.simulate.head.subdivision import catmull_clark, subdivide, triangulate, vertex_normals

CUBE = [(0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5)]
CORNERS = np.array([[x, y, z] for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], dtype=float)


def test_a_cube_becomes_the_known_shape() -> None:
    """One level takes a cube's corners to 5/9 of theirs, its edges' middles to 3/4 (textbook)."""
    matrix, faces = catmull_clark(CUBE, 8)
    fine = matrix @ CORNERS
    assert fine.shape == (8 + 6 + 12, 3)
    assert len(faces) == 24
    assert np.allclose(fine[:8], CORNERS * 5 / 9)
    assert np.allclose(np.abs(fine[14:]).max(1), 3 / 4)


@given(st.integers(1, 3))
def test_subdivision_keeps_position_and_orientation(levels: int) -> None:
    """Rows sum to one, so moving the coarse mesh moves the fine one; normals point outward."""
    matrix, triangles = subdivide(CUBE, 8, levels)
    assert np.allclose(np.asarray(matrix.sum(1)).ravel(), 1)
    fine = np.asarray(matrix @ CORNERS)
    assert (np.sum(vertex_normals(fine, triangles) * fine, axis=1) > 0).all()


def test_an_open_sheet_keeps_its_straight_border() -> None:
    """Border vertices move along the border only."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 1, 1], [1, 1, 1], [2, 1, 1]], float)
    matrix, triangles = subdivide([(0, 1, 4, 3), (1, 2, 5, 4)], 6, 2)
    fine = np.asarray(matrix @ corners)
    assert np.allclose(fine[:, 1], fine[:, 2])
    assert set(np.unique(triangles)) == set(range(len(fine)))


def test_polygons_become_fans() -> None:
    """An n-gon becomes n - 2 triangles."""
    assert triangulate([(0, 1, 2, 3, 4)]).tolist() == [[0, 1, 2], [0, 2, 3], [0, 3, 4]]
