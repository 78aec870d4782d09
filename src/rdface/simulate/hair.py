"""Strands of hair and eyebrows.

Strands grow on the trait-free head and then follow the roots that traits have moved, less and less
down to the chin: hair tells of the cranium it covers and of nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rdface.simulate.child import Child
from rdface.simulate.fields import Points, smoothstep
from rdface.simulate.mesh import HeadMesh
from rdface.simulate.shape import Shape
from rdface.simulate.skin import Mottling, brow_colour, brow_mask, scalp_mask
from rdface.simulate.subdivision import vertex_normals


@dataclass(frozen=True)
class Strands:
    """Hairs: points [n, k, 3] dm, radius [n, k] dm, linear RGB [n, 3]."""

    points: NDArray[np.float64]
    radius: NDArray[np.float64]
    colour: NDArray[np.float64]


@dataclass(frozen=True)
class _Style:
    count: int
    length: float  # dm on an adult head
    radius: float
    layer: float  # how far the hair stands off the head
    gravity: float
    coil: float = 0.0


_STYLES: Mapping[str, _Style] = {
    "short": _Style(13000, 0.42, 0.0044, 0.09, 0.25),
    "crop": _Style(12000, 0.14, 0.0040, 0.04, 0.05),
    "long": _Style(14000, 1.75, 0.0048, 0.12, 1.0),
    "bob": _Style(14000, 1.15, 0.0048, 0.13, 1.0),
    "back": _Style(12000, 0.95, 0.0046, 0.05, 0.3),
    "curly": _Style(14000, 0.55, 0.0044, 0.22, 0.35, 0.035),
    "coily": _Style(16000, 0.26, 0.0042, 0.20, 0.0, 0.030),
    "baby": _Style(4500, 0.15, 0.0030, 0.04, 0.1),
}
_KNOTS = 9


@dataclass(frozen=True)
class _Ground:
    """The skin that hair grows on, trait-free, with its displacement by the traits."""

    points: Points
    normals: Points
    rest: Points
    shift: Points
    triangles: NDArray[np.int32]
    ears: NDArray[np.float64]

    def sow(
        self, rng: np.random.Generator, density: NDArray[np.float64], count: int
    ) -> tuple[Points, Points, Points, Points]:
        """Positions, normals, rest positions and shifts [count, 3] of random roots."""
        corners = self.points[self.triangles]
        area = np.linalg.norm(
            np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
        )
        weight = area * density[self.triangles].mean(1)
        chosen = self.triangles[rng.choice(len(weight), count, p=weight / weight.sum())]
        mix = rng.dirichlet((1, 1, 1), count)[:, :, None]
        fields = (self.points, self.normals, self.rest, self.shift)
        first, second, third, fourth = ((values[chosen] * mix).sum(1) for values in fields)
        return first, second, third, fourth


def _ground(mesh: HeadMesh, shape: Shape) -> _Ground:
    part = mesh.parts["skin"]
    plain = np.asarray(part.matrix @ shape.plain)
    return _Ground(
        plain,
        vertex_normals(plain, part.triangles),
        np.asarray(part.matrix @ mesh.rest),
        np.asarray(part.matrix @ (shape.own - shape.plain)),
        part.triangles,
        mesh.reach("skin", "ears/l-ear-scale-incr", "ears/r-ear-scale-incr"),
    )


def _unit(vectors: Points) -> Points:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def grow_hair(mesh: HeadMesh, shape: Shape, child: Child) -> list[Strands]:
    """Scalp hair and eyebrows of a child."""
    ground = _ground(mesh, shape)
    return [_scalp_hair(ground, child, shape.scale), _brows(ground, child, shape.scale)]


def _scalp_hair(ground: _Ground, child: Child, scale: float) -> Strands:
    rng = np.random.default_rng(child.look + 2)
    name = "baby" if child.years < 1.8 else child.style
    style = _STYLES[name]
    # Roots are sown on the largest scalp and kept by the patient's hairline, so that a lower or
    # higher hairline leaves every other hair as it is.
    widest = scalp_mask(ground.rest, -0.25) * (ground.ears < 0.02)
    roots, normals, rest, shift = ground.sow(rng, widest, int(style.count * 1.12))
    keep = rng.uniform(size=len(roots)) < scalp_mask(rest, child.looks.get("hairline:lift", 0.0))
    points = _comb(ground, roots, normals, rest, style, name, scale, rng)
    follow = smoothstep(6.35, 7.2, _rest_height(ground, points))
    points = points + shift[:, None] * follow[..., None]
    taper = np.linspace(1, 0.45, _KNOTS)
    shade = np.exp(rng.normal(0, 0.16, len(points)))
    colour = np.array(child.hair) * shade[:, None]
    radius = np.broadcast_to(style.radius * scale * taper, points.shape[:2])
    return Strands(points[keep], radius[keep], colour[keep])


def _rest_height(ground: _Ground, points: Points) -> NDArray[np.float64]:
    """Rest height that a child's height corresponds to, by the eyes' and the crown's height."""
    heights = [
        np.median(ground.points[np.abs(ground.rest[:, 1] - y) < 0.05, 1]) for y in (6.4, 7.3, 8.2)
    ]
    return np.asarray(np.interp(points[..., 1], heights, (6.4, 7.3, 8.2), left=6.2, right=8.4))


def _comb(
    ground: _Ground,
    roots: Points,
    normals: Points,
    rest: Points,
    style: _Style,
    name: str,
    scale: float,
    rng: np.random.Generator,
) -> Points:
    head = ground.points[(ground.rest[:, 1] > 6.75)]
    scalp = ground.points[scalp_mask(ground.rest) > 0.5]
    centre = np.array([0.0, np.percentile(scalp[:, 1], 40), scalp[:, 2].mean()])
    tree = cKDTree(_unit(head - centre))
    reach = np.linalg.norm(head - centre, axis=1)
    size = float(scalp[:, 1].max() - centre[1])
    side = 1.0 if rng.uniform() < 0.5 else -1.0
    crown = np.array([0.15 * side * size, centre[1] + size, centre[2] - 0.35 * size])
    parting = side * rng.uniform(0.0, 0.35) * size
    noise = Mottling(rng)
    wisps = np.stack([noise(rest, 7.0, offset) for offset in (0, 4, 8)], axis=1)

    down = np.array([0.0, -1.0, 0.0])
    away = roots - crown
    front = smoothstep(0.1, 0.7, (roots[:, 2] - centre[2]) / size)[:, None]
    sideways = np.sign(roots[:, 0] - parting)[:, None] * np.array([1.0, 0, 0])
    fringe = name in ("long", "bob") and rng.uniform() < 0.5
    ahead = smoothstep(62, 48, np.degrees(np.abs(np.arctan2(rest[:, 0], rest[:, 2] - 0.15))))
    if fringe:
        flow = _unit(away) + (sideways + 0.2 * down) * (1 - ahead)[:, None] * front
    elif name in ("long", "bob"):
        swept = sideways + np.array([0.0, -0.1, -0.9])
        flow = _unit(away) * (1 - front) + swept * front
    elif name == "back":
        flow = _unit(away) * 0.15 + np.array([0.0, 0.0, -1.0])
    else:
        flow = _unit(away) + np.array([0.5 * side, 0.0, 0.0]) * front
    flow = _unit(flow + 0.20 * wisps + 0.07 * rng.standard_normal(roots.shape))
    layer = style.layer * scale * rng.uniform(0.15, 1.0, len(roots))
    length = style.length * scale * rng.uniform(0.8, 1.05, len(roots))
    if name == "short":
        length *= np.interp(rest[:, 1], (6.6, 7.3, 8.1), (0.25, 0.5, 1.0))
    if fringe:  # cut above the brows
        drop = np.clip(rest[:, 1] - 7.68, 0.10, None) * 1.1 * scale
        length = length * (1 - ahead) + np.minimum(length, drop) * ahead
    step = (length / (_KNOTS - 1))[:, None]
    turn = rng.uniform(0, 2 * np.pi, len(roots))

    knots = [roots - 0.01 * normals]
    place = roots
    direction = _unit(flow - normals * (flow * normals).sum(1, keepdims=True))
    if name == "coily":
        direction = _unit(0.35 * direction + normals)
    for knot in range(1, _KNOTS):
        place = place + direction * step
        ray = place - centre
        far = np.linalg.norm(ray, axis=1)
        nearest = tree.query(_unit(ray))[1]
        floor = reach[nearest]
        if style.coil == 0 or name == "curly":
            on_head = (ray[:, 1] > -0.35 * size)[:, None]
            rise = np.minimum(1.0, knot / 3) * layer
            wanted = np.clip(far, floor + 0.4 * rise, floor + rise)
            place = np.where(on_head, centre + _unit(ray) * wanted[:, None], place)
            out = _unit(place - centre)
            along = direction + style.gravity * 0.45 * down + 0.05 * wisps
            along = np.where(on_head, along - out * (along * out).sum(1, keepdims=True), along)
            hang = (1 - on_head) * min(style.gravity, 1.0) * 1.5
            direction = _unit(_unit(along) + hang * np.array([0.0, -1.0, -0.10]))
        coil = (
            style.coil
            * scale
            * np.c_[
                np.cos(turn + 2.2 * knot), np.sin(turn + 2.2 * knot), np.cos(2 * turn + 2.2 * knot)
            ]
        )
        knots.append(place + coil)
    return np.stack(knots, axis=1)


def _brows(ground: _Ground, child: Child, scale: float) -> Strands:
    rng = np.random.default_rng(child.look + 3)
    face = (ground.rest[:, 2] > 0.9).astype(float)
    candidates = (
        brow_mask(ground.rest, {"brow:thick": 2.0, "brow:synophrys": 1.0}, wide=True) * face
    )
    roots, normals, rest, shift = ground.sow(rng, candidates + 1e-12 * face, 5000)
    luck = rng.uniform(size=len(roots))
    across = np.abs(rest[:, 0])
    lean = np.interp(across, (0, 0.15, 0.35, 0.5), (1.3, 0.8, 0.1, -0.5))
    lay = np.c_[np.sign(roots[:, 0]), lean, np.full(len(roots), -0.2)]
    lay += 0.2 * rng.standard_normal(lay.shape)
    lay = _unit(lay - normals * (lay * normals).sum(1, keepdims=True))
    t = np.linspace(0, 1, 4)[None, :, None]
    length = 0.065 * scale * rng.uniform(0.6, 1.2, len(roots))[:, None, None]
    bend = lay[:, None] * t + normals[:, None] * 0.25 * t * (1 - 0.5 * t)
    points = (roots + shift)[:, None] + bend * length

    looks = child.looks
    density = 0.30 if child.years > 2 else 0.16
    density *= 1 + 0.8 * looks.get("brow:thick", 0.0)
    density *= 1 - min(1.0, looks.get("brow:sparse", 0.0))
    keep = luck < density * brow_mask(rest, looks)
    radius = (0.0018 if child.years > 2 else 0.0014) * scale
    taper = np.linspace(1, 0.4, 4)
    kept = points[keep]
    return Strands(
        kept,
        np.broadcast_to(radius * taper, kept.shape[:2]),
        np.tile(brow_colour(child), (len(kept), 1)),
    )
