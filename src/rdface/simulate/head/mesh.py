"""The CC0 head of MakeHuman/MPFB2: base mesh, morph targets, and the parts that are rendered.

Only the head, neck and shoulders are kept: they are all that a portrait shows. Lengths are those of
the base mesh (decimetres; y up, z towards the viewer, x to the subject's left). "Rest" coordinates
are those of the unmorphed adult base mesh; every place on the face is named by them, because a
vertex keeps its meaning whatever the child's shape is.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from rdface.errors import SimulationError
from rdface.files import atomic_path, cache_dir
from rdface.simulate.head.subdivision import (
    Polygon,
    subdivide,
    subdivide_large,
    vertex_normals,
)

LOWEST = 4.4  # rest height [dm] below which the body is cut away; the picture ends above it
_GROUPS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "fine skin": (("body",), 2),
    "eyes": (("helper-l-eye", "helper-r-eye"), 2),
    "teeth": (("helper-upper-teeth", "helper-lower-teeth"), 1),
    "tongue": (("helper-tongue",), 1),
    "lashes": (("helper-l-eyelashes-2", "helper-r-eyelashes-2"), 1),
}
# The skin that is rendered leaves faces whole whose sides are shorter than this [dm at rest]; a
# pixel of a picture 256 wide is a quarter of it. Landmarks are looked up on the "fine skin".
_SMALL = 0.036

Points: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """One surface: `matrix` [n_fine, n_coarse] takes the coarse vertices to the surface's own."""

    matrix: sp.csr_matrix
    triangles: NDArray[np.int32]

    def surface(self, coarse: Points) -> tuple[Points, Points]:
        """Positions and unit normals, both [n_fine, 3]."""
        points = np.asarray(self.matrix @ coarse)
        return points, vertex_normals(points, self.triangles)


@dataclass(frozen=True, eq=False)
class HeadMesh:
    """The cropped base mesh with its parts.

    `numbers` maps the vertex numbers of base.obj to ours; -1 is cut away.
    """

    root: Path
    rest: Points
    numbers: NDArray[np.int64]
    parts: Mapping[str, Part]
    _targets: dict[str, tuple[NDArray[np.int64], Points]] = field(default_factory=dict, repr=False)
    _rests: dict[str, Points] = field(default_factory=dict, repr=False)
    _reaches: dict[tuple[str, ...], NDArray[np.float64]] = field(default_factory=dict, repr=False)

    def target(self, name: str) -> tuple[NDArray[np.int64], Points]:
        """Vertex numbers [n] and displacements [n, 3] of one morph target.

        Raises:
            SimulationError: the target's file is missing.
        """
        if name not in self._targets:
            path = self.root / "targets" / f"{name}.target.gz"
            if not path.is_file():
                raise SimulationError(
                    f"the morph target {name!r} is missing",
                    hint=f"expected {path}; pull mpfb2 again",
                )
            self._targets[name] = _read_target(path, self.numbers)
        return self._targets[name]

    def morph(self, weights: Mapping[str, float]) -> Points:
        """The coarse vertices [n_coarse, 3] after adding the weighted targets."""
        points = self.rest.copy()
        for name, weight in weights.items():
            if abs(weight) > 1e-9:
                numbers, shifts = self.target(name)
                points[numbers] += weight * shifts
        return points

    def rest_of(self, part: str) -> Points:
        """Rest positions of a part's own vertices [n_fine, 3]; kept, so never change them."""
        if part not in self._rests:
            self._rests[part] = np.asarray(self.parts[part].matrix @ self.rest)
            self._rests[part].flags.writeable = False
        return self._rests[part]

    def reach(self, part: str, *targets: str) -> NDArray[np.float64]:
        """A soft mask of a region: how strongly targets move a part, [n_fine] in 0..1."""
        if (part, *targets) in self._reaches:
            return self._reaches[part, *targets]
        strength = np.zeros(len(self.rest))
        for name in targets:
            numbers, shifts = self.target(name)
            moved = np.zeros(len(self.rest))
            moved[numbers] = np.linalg.norm(shifts, axis=1)
            strength = np.maximum(strength, moved / max(moved.max(), 1e-12))
        reach = np.asarray(np.clip(self.parts[part].matrix @ strength, 0, 1))
        reach.flags.writeable = False
        self._reaches[part, *targets] = reach
        return reach


@lru_cache(maxsize=2)
def load_head(root: Path) -> HeadMesh:
    """Read the head from a folder that holds `3dobjs/base.obj` and `targets/`.

    The subdivision matrices take some seconds to make and are kept in the cache folder.

    Raises:
        SimulationError: the folder does not hold the mesh.
    """
    source = root / "3dobjs" / "base.obj"
    if not source.is_file():
        raise SimulationError(
            f"no base mesh at {source}", hint="run `rdface weights pull mpfb2`, or name its folder"
        )
    text = source.read_bytes()
    code = [Path(__file__), Path(__file__).with_name("subdivision.py")]
    own = hashlib.sha256(b"".join([text, *(path.read_bytes() for path in code)])).hexdigest()[:16]
    cached = cache_dir("simulate") / f"head-{own}.npz"
    if not cached.is_file():
        arrays = _prepare(text.decode())
        with atomic_path(cached) as temporary, temporary.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
    with np.load(cached) as arrays:
        rest, numbers = arrays["rest"], arrays["numbers"]
        parts = {name: _unpack(arrays, name, len(rest)) for name in (*_GROUPS, "skin")}
    return HeadMesh(root, rest, numbers, parts)


def _unpack(arrays: Mapping[str, NDArray[np.float64]], name: str, n_coarse: int) -> Part:
    data, indices, indptr = (arrays[f"{name}_{piece}"] for piece in ("data", "indices", "indptr"))
    matrix = sp.csr_matrix((data, indices, indptr), shape=(len(indptr) - 1, n_coarse))
    return Part(matrix, arrays[f"{name}_triangles"].astype(np.int32))


def _prepare(text: str) -> dict[str, NDArray[Any]]:
    vertices, faces, groups = _read_obj(text)
    chosen: dict[str, list[Polygon]] = {name: [] for name in _GROUPS}
    part_of = {group: name for name, (members, _) in _GROUPS.items() for group in members}
    for face, group in zip(faces, groups, strict=True):
        part = part_of.get(group)
        if part is not None and vertices[list(face), 1].mean() > LOWEST:
            chosen[part].append(face)
    used = sorted({corner for polygons in chosen.values() for face in polygons for corner in face})
    numbers = np.full(len(vertices), -1, dtype=np.int64)
    numbers[used] = np.arange(len(used))
    arrays: dict[str, NDArray[Any]] = {"rest": vertices[used], "numbers": numbers}
    for name, (_, levels) in _GROUPS.items():
        own = np.unique(np.concatenate([numbers[list(face)] for face in chosen[name]]))
        local = {int(number): place for place, number in enumerate(own)}
        polygons = [tuple(local[int(numbers[corner])] for corner in face) for face in chosen[name]]
        gather = sp.csr_matrix(
            (np.ones(len(own)), (np.arange(len(own)), own)), (len(own), len(used))
        )
        matrix, triangles = subdivide(polygons, len(own), levels)
        arrays |= _packed(name, matrix @ gather, triangles)
        if name == "fine skin":
            light = subdivide_large(polygons, vertices[used][own], levels, _SMALL)
            arrays |= _packed("skin", light[0] @ gather, light[1])
    return arrays


def _packed(
    name: str, matrix: sp.csr_matrix, triangles: NDArray[np.int32]
) -> dict[str, NDArray[Any]]:
    pieces = {piece: getattr(matrix.tocsr(), piece) for piece in ("data", "indices", "indptr")}
    return {f"{name}_{piece}": array for piece, array in {**pieces, "triangles": triangles}.items()}


def _read_obj(text: str) -> tuple[Points, list[Polygon], list[str]]:
    vertices: list[list[float]] = []
    faces: list[Polygon] = []
    groups: list[str] = []
    group = ""
    for line in text.splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            vertices.append([float(word) for word in words[:3]])
        elif kind == "g":
            group = words[0]
        elif kind == "f":
            faces.append(tuple(int(word.split("/")[0]) - 1 for word in words))
            groups.append(group)
    return np.array(vertices), faces, groups


def _read_target(path: Path, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], Points]:
    with gzip.open(path, "rt") as stream:
        rows = [line.split() for line in stream if line[:1].isdigit()]
    table = np.array(rows, dtype=float).reshape(-1, 4)
    own = numbers[table[:, 0].astype(np.int64)]
    return own[own >= 0], table[own >= 0, 1:]
