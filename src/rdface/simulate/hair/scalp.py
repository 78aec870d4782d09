"""The trait-free head that hair, glasses and hats are fitted to, and how traits move it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates
from scipy.spatial import cKDTree

from rdface.simulate.head.fields import Points, smoothstep
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.shape import Shape
from rdface.simulate.head.subdivision import vertex_normals
from rdface.simulate.render.skin import scalp_mask

_ROWS, _COLUMNS = 65, 128  # of the map of directions: from the nadir to the zenith, and around


def unit(vectors: Points) -> Points:
    """The vectors [..., 3] with length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


@dataclass(frozen=True)
class Scalp:
    """The skin that hair grows on, trait-free, with its displacement by the traits.

    Attributes:
        centre: A point inside the cranium, from which directions are taken.
        size: Height of the crown above it [dm].
        reach: Distance of the skin from the centre by direction [rows, columns].
        heights: Rest height of the skin by direction [rows, columns].
    """

    points: Points
    normals: Points
    rest: Points
    shift: Points
    triangles: NDArray[np.int32]
    ears: NDArray[np.float64]
    scale: float
    centre: Points
    size: float
    reach: NDArray[np.float64] = field(repr=False)
    heights: NDArray[np.float64] = field(repr=False)

    def sow(
        self, rng: np.random.Generator, density: NDArray[np.float64], count: int
    ) -> tuple[Points, Points, Points, Points]:
        """Positions, normals, rest positions and shifts [count, 3] of random roots."""
        grown = self.triangles[(density[self.triangles] > 0).any(1)]
        corners = self.points[grown]
        area = np.linalg.norm(
            np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
        )
        weight = area * density[grown].mean(1)
        chosen = grown[rng.choice(len(weight), count, p=weight / weight.sum())]
        mix = rng.dirichlet((1, 1, 1), count)[:, :, None]
        fields = (self.points, self.normals, self.rest, self.shift)
        first, second, third, fourth = ((values[chosen] * mix).sum(1) for values in fields)
        return first, second, third, fourth

    def distance(self, directions: Points) -> NDArray[np.float64]:
        """Distance [...] of the skin from the centre in unit directions [..., 3]."""
        row = (np.arcsin(np.clip(directions[..., 1], -1, 1)) / np.pi + 0.5) * (_ROWS - 1)
        column = np.arctan2(directions[..., 0], directions[..., 2]) / (2 * np.pi) * _COLUMNS
        # The last column stands for the first once more, so that the map closes.
        closed = np.concatenate([self.reach, self.reach[:, :1]], axis=1)
        places = np.stack([row, column % _COLUMNS])
        return np.asarray(map_coordinates(closed, places, order=1, mode="nearest"))

    def rest_height(self, heights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Rest height that a child's height corresponds to, by the eyes and the crown."""
        levels = [
            np.median(self.points[np.abs(self.rest[:, 1] - y) < 0.05, 1]) for y in (6.4, 7.3, 8.2)
        ]
        return np.asarray(np.interp(heights, levels, (6.4, 7.3, 8.2), left=6.2, right=8.4))

    def follow(self, heights: NDArray[np.float64]) -> NDArray[np.float64]:
        """How far things at these heights go along with the moved skin: 0 below the chin."""
        return smoothstep(6.35, 7.2, self.rest_height(heights))

    def shift_near(self, places: Points) -> Points:
        """By how much traits move the skin [n, 3] nearest to places [n, 3]."""
        return np.asarray(self.shift[cKDTree(self.points).query(places)[1]])


def directions() -> Points:
    """Unit vectors [rows, columns, 3] of the map, y up, the first column ahead."""
    up = np.linspace(-np.pi / 2, np.pi / 2, _ROWS)[:, None]
    around = np.arange(_COLUMNS)[None] * 2 * np.pi / _COLUMNS
    flat = np.broadcast_arrays(np.cos(up) * np.sin(around), np.sin(up), np.cos(up) * np.cos(around))
    return np.stack(flat, axis=-1)


def find_scalp(mesh: HeadMesh, shape: Shape) -> Scalp:
    """The scalp of a shaped head."""
    part = mesh.parts["skin"]
    plain = np.asarray(part.matrix @ shape.plain)
    rest = mesh.rest_of("skin")
    ears = mesh.reach("skin", "ears/l-ear-scale-incr", "ears/r-ear-scale-incr")
    hairy = plain[scalp_mask(rest) > 0.5]
    centre = np.array([0.0, np.percentile(hairy[:, 1], 40), hairy[:, 2].mean()])
    head = np.flatnonzero((rest[:, 1] > 6.75) & (ears < 0.3))
    ray = plain[head] - centre
    far = np.linalg.norm(ray, axis=1)
    nearest = cKDTree(ray / far[:, None]).query(directions(), k=3)[1]
    return Scalp(
        plain,
        vertex_normals(plain, part.triangles),
        rest,
        np.asarray(part.matrix @ (shape.own - shape.plain)),
        part.triangles,
        ears,
        shape.scale,
        centre,
        float(hairy[:, 1].max() - centre[1]),
        far[nearest].mean(-1),
        rest[head][nearest, 1].mean(-1),
    )
