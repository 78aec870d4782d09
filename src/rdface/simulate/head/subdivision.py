"""Catmull-Clark subdivision as a sparse matrix.

The topology of the head never changes, only its coarse vertices do. One subdivision level is
therefore a constant linear map, and the fine mesh of every child is one sparse product away from
its coarse mesh (E. Catmull and J. Clark, Computer-Aided Design 10, 1978).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

Polygon: TypeAlias = tuple[int, ...]
Vertices: TypeAlias = NDArray[np.float64]


def _edge(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _sides(face: Polygon) -> list[tuple[int, int]]:
    return [_edge(a, b) for a, b in pairwise((*face, face[0]))]


def _matrix(
    rows: Sequence[int], columns: Sequence[int], values: Sequence[float], shape: tuple[int, int]
) -> sp.csr_matrix:
    return sp.csr_matrix((values, (rows, columns)), shape=shape)


def catmull_clark(faces: Sequence[Polygon], n_vertices: int) -> tuple[sp.csr_matrix, list[Polygon]]:
    """One level of Catmull-Clark subdivision.

    Args:
        faces: Polygons as tuples of vertex numbers.
        n_vertices: Number of coarse vertices.

    Returns:
        The matrix [n_fine, n_vertices] that gives the fine vertices (old vertices first, then one
        per face, then one per edge) and the fine faces, all quadrilaterals.
    """
    edges: dict[tuple[int, int], int] = {}
    edge_faces: list[list[int]] = []
    for number, face in enumerate(faces):
        for side in _sides(face):
            if side not in edges:
                edges[side] = len(edges)
                edge_faces.append([])
            edge_faces[edges[side]].append(number)
    n_faces, n_edges = len(faces), len(edges)
    ends = np.array(list(edges), dtype=np.int64).reshape(-1, 2)
    inner_edge = np.array([len(found) == 2 for found in edge_faces])

    members = np.concatenate([np.asarray(face) for face in faces])
    owner = np.repeat(np.arange(n_faces), [len(face) for face in faces])
    incidence = sp.csr_matrix((np.ones(len(members)), (owner, members)), (n_faces, n_vertices))
    face_point = sp.diags(1 / np.asarray(incidence.sum(1)).ravel()) @ incidence

    edge_end = sp.csr_matrix(
        (np.ones(2 * n_edges), (np.repeat(np.arange(n_edges), 2), ends.ravel())),
        (n_edges, n_vertices),
    )
    middle = 0.5 * edge_end
    pairs = [
        (edge, face) for edge, found in enumerate(edge_faces) if len(found) == 2 for face in found
    ]
    beside = _matrix(
        [edge for edge, _ in pairs],
        [face for _, face in pairs],
        [0.5] * len(pairs),
        (n_edges, n_faces),
    )
    edge_point = sp.diags(np.where(inner_edge, 0.5, 1.0)) @ middle + 0.5 * beside @ face_point

    valence = np.asarray(edge_end.sum(0)).ravel()
    on_boundary = np.asarray(edge_end[~inner_edge].sum(0)).ravel() > 0
    inside = ~on_boundary & (valence > 0)
    safe = np.maximum(valence, 1)
    around = np.maximum(np.asarray(incidence.sum(0)).ravel(), 1)
    mean_face = sp.diags(1 / around) @ incidence.T @ face_point
    mean_middle = sp.diags(1 / safe) @ edge_end.T @ middle
    vertex_point = sp.diags(np.where(inside, 1 / safe, 0)) @ (
        mean_face + 2 * mean_middle
    ) + sp.diags(np.where(inside, (safe - 3) / safe, 0))
    rim = sp.diags((~inner_edge).astype(float))
    rim_count = np.maximum(np.asarray((edge_end.T @ rim).sum(1)).ravel(), 1)
    vertex_point = (
        vertex_point
        + sp.diags(np.where(on_boundary, 0.5 / rim_count, 0)) @ edge_end.T @ rim @ middle
        + sp.diags(np.where(on_boundary, 0.5, 0))
        + sp.diags((valence == 0).astype(float))
    )

    fine: list[Polygon] = []
    for number, face in enumerate(faces):
        sides = [n_vertices + n_faces + edges[side] for side in _sides(face)]
        centre = n_vertices + number
        fine += [(corner, sides[i], centre, sides[i - 1]) for i, corner in enumerate(face)]
    return sp.vstack([vertex_point, face_point, edge_point]).tocsr(), fine


def subdivide(
    faces: Sequence[Polygon], n_vertices: int, levels: int
) -> tuple[sp.csr_matrix, NDArray[np.int32]]:
    """Several levels at once.

    Returns:
        The matrix [n_fine, n_vertices] and the fine triangles int32 [n_triangles, 3].
    """
    matrix = sp.identity(n_vertices, format="csr")
    polygons = list(faces)
    for _ in range(levels):
        step, polygons = catmull_clark(polygons, matrix.shape[0])
        matrix = (step @ matrix).tocsr()
    return matrix, triangulate(polygons)


def subdivide_large(
    faces: Sequence[Polygon], points: Vertices, levels: int, smallest: float
) -> tuple[sp.csr_matrix, NDArray[np.int32]]:
    """Several levels at once, of which small faces leave out the last.

    Args:
        faces: Polygons as tuples of vertex numbers.
        points: Vertices [n_vertices, 3] by which the faces' sides are measured.
        levels: Number of levels, at least 1.
        smallest: Faces all of whose sides are shorter are not cut at the last level.

    Returns:
        The matrix [n_fine, n_vertices] and the triangles int32 [n_triangles, 3]. The vertices lie
        where `subdivide` puts them; those that no triangle needs are left out.
    """
    matrix = sp.identity(len(points), format="csr")
    polygons = list(faces)
    for _ in range(levels - 1):
        step, polygons = catmull_clark(polygons, matrix.shape[0])
        matrix = (step @ matrix).tocsr()
    step, fine = catmull_clark(polygons, matrix.shape[0])
    places = np.asarray((step @ matrix) @ points)
    longest = [
        max(np.linalg.norm(places[a] - places[b]) for a, b in _sides(face)) for face in polygons
    ]
    triangles = merge_small(polygons, fine, np.array(longest) < smallest)
    used = np.unique(triangles)
    return (step @ matrix).tocsr()[used], np.searchsorted(used, triangles).astype(np.int32)


def merge_small(
    faces: Sequence[Polygon], fine: Sequence[Polygon], small: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """Triangles of a subdivided surface whose small faces are not cut in four.

    A small face next to one that is cut becomes a fan over the middles of the sides they share, so
    that no gap opens between them.

    Args:
        faces: Polygons before the last level.
        fine: Those after it, as `catmull_clark` orders them.
        small: Which of the faces to leave whole.
    """
    triangles: list[Polygon] = []
    starts = np.cumsum([0] + [len(face) for face in faces])
    cut = {
        corner
        for number in np.flatnonzero(~small)
        for piece in fine[starts[number] : starts[number + 1]]
        for corner in piece
    }
    for number, face in enumerate(faces):
        pieces = fine[starts[number] : starts[number + 1]]
        if not small[number]:
            whole = pieces
        else:
            middles = [piece[1] for piece in pieces]
            ring = [v for pair in zip(face, middles, strict=True) for v in pair]
            ring = [v for place, v in enumerate(ring) if place % 2 == 0 or v in cut]
            centre = pieces[0][2]
            fan = [(centre, v, after) for v, after in pairwise((*ring, ring[0]))]
            whole = [face] if len(ring) == len(face) else fan
        triangles += [(one[0], one[i], one[i + 1]) for one in whole for i in range(1, len(one) - 1)]
    return np.array(triangles, dtype=np.int32).reshape(-1, 3)


def triangulate(faces: Sequence[Polygon]) -> NDArray[np.int32]:
    """Cut polygons into fans of triangles, int32 [n_triangles, 3]."""
    triangles = [(face[0], face[i], face[i + 1]) for face in faces for i in range(1, len(face) - 1)]
    return np.array(triangles, dtype=np.int32).reshape(-1, 3)


def vertex_normals(vertices: Vertices, triangles: NDArray[np.int32]) -> Vertices:
    """Unit normals [n_vertices, 3], triangles weighted by their area."""
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    normals = np.empty_like(vertices)
    for axis in range(3):
        normals[:, axis] = np.bincount(
            triangles.ravel(), np.repeat(across[:, axis], 3), minlength=len(vertices)
        )
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    return np.asarray(normals / np.maximum(lengths, 1e-12))
