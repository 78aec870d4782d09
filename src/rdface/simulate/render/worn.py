"""Surfaces of what a child wears on the head: spectacle frames, hair bands, caps and scarves.

All are fitted to the trait-free head and then moved stiffly with the bridge of the nose, the ears
or the cranium, so that they tell no more than the face does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.hair.comb import style_of
from rdface.simulate.hair.scalp import Scalp, directions, unit
from rdface.simulate.head.fields import Points, smoothstep
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.shape import Shape
from rdface.simulate.people.accessories import Glasses, Headwear
from rdface.simulate.people.child import Child

_SIDES = 7  # of a wire's cross-section


@dataclass(frozen=True)
class Surface:
    """Vertices [n, 3], triangles [m, 3], linear RGB [n, 3], roughness and metal in 0..1."""

    points: Points
    triangles: NDArray[np.int32]
    colours: Points
    rough: float
    metal: float


def worn(mesh: HeadMesh, shape: Shape, child: Child, scalp: Scalp) -> dict[str, Surface]:
    """All that is worn on the head, by name."""
    surfaces = {}
    if child.glasses is not None:
        surfaces["glasses"] = _glasses(mesh, shape, child.glasses, scalp)
    if child.headwear is not None:
        surfaces["headwear"] = _headwear(child, child.headwear, scalp)
    return surfaces


def _glasses(mesh: HeadMesh, shape: Shape, frame: Glasses, scalp: Scalp) -> Surface:
    rest = np.asarray(mesh.parts["eyes"].matrix @ mesh.rest)
    eyes = np.asarray(mesh.parts["eyes"].matrix @ shape.plain)
    centres = np.stack([eyes[rest[:, 0] < 0].mean(0), eyes[rest[:, 0] > 0].mean(0)])
    half = 0.5 * float(centres[1, 0] - centres[0, 0])
    middle = centres.mean(0)
    scale = scalp.scale
    bridge = _nearest(scalp, (0.0, 7.22, 1.55))
    # The lenses' plane clears lashes, brows and cheeks.
    near = (np.abs(scalp.rest[:, 1] - 7.27) < 0.16) & (np.abs(scalp.rest[:, 0]) < 0.5)
    near &= (np.abs(scalp.rest[:, 0]) > 0.2) & (scalp.rest[:, 2] > 0.9)
    z = max(float(np.percentile(scalp.points[near, 2], 97)) + 0.03 * scale, eyes[:, 2].max())
    z = max(z + 0.02 * scale, float(bridge[2]) - 0.07 * scale)
    wide, high = frame.wide * half, frame.high * half
    wire = scale * (0.009 if frame.metal else 0.019)
    y = float(middle[1]) - 0.10 * high
    tubes = []
    for side in (-1, 1):
        x = middle[0] + side * half * 1.02
        rim = _rim(frame.shape, wide, high, side) + np.array([x, y, z])
        rim[:, 2] -= 0.10 * np.abs(rim[:, 0] - middle[0]) ** 2 / half  # the frame's curve
        tubes.append(_tube(rim, wire, closed=True))
        hinge = rim[np.argmax(side * rim[:, 0] + 0.25 * rim[:, 1])]
        ear = _nearest(scalp, (side * 0.80, 7.36, 0.28))
        corner = hinge + scale * np.array([side * 0.03, 0.02, -0.03])
        end = np.array([side * (abs(ear[0]) + 0.04 * scale), ear[1] + 0.03 * scale, ear[2]])
        t = np.linspace(0, 1, 8)[:, None]
        arm = corner + t * (end - corner)
        ray = arm - scalp.centre
        clear = scalp.distance(unit(ray)) + 0.02 * scale
        arm = scalp.centre + unit(ray) * np.maximum(np.linalg.norm(ray, axis=1), clear)[:, None]
        path = np.concatenate([hinge[None], arm])
        tubes.append(_tube(path, wire, closed=False))
    t = np.linspace(-1, 1, 9)
    inner = half * 1.02 - wide
    arch = np.c_[middle[0] + t * inner, y + 0.28 * high + 0.10 * high * (1 - t**2), 0 * t + z]
    arch[:, 2] += 0.03 * scale * (1 - t**2)
    tubes.append(_tube(arch, wire, closed=False))
    points, triangles = _joined(tubes)
    # Stiffly with the bridge, forward if the eyes come forward more; the ends with the ears.
    moved = scalp.shift_near(bridge[None])[0]
    eye_shift = np.asarray(mesh.parts["eyes"].matrix @ (shape.own - shape.plain)).mean(0)
    move = np.array([0.0, moved[1], max(moved[2], eye_shift[2])])
    ears = np.stack([_nearest(scalp, (side * 0.80, 7.36, 0.28)) for side in (-1, 1)])
    ends = scalp.shift_near(ears)[(points[:, 0] > middle[0]).astype(int)]
    behind = smoothstep(z - 0.05 * scale, float(ears[:, 2].mean()), points[:, 2])[:, None]
    points = points + move * (1 - behind) + ends * behind
    metal = 0.9 if frame.metal else 0.0
    return Surface(points, triangles, _one(frame.colour, points), 0.25, metal)


def _nearest(scalp: Scalp, place: tuple[float, float, float]) -> Points:
    """The trait-free skin's point whose rest position is nearest to a place."""
    return np.asarray(scalp.points[np.argmin(((scalp.rest - np.array(place)) ** 2).sum(1))])


def _rim(shape: str, wide: float, high: float, side: int) -> Points:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    power = {"round": 1.0, "oval": 0.9, "rectangular": 0.5}[shape]
    x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** power
    y = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** power
    # Lenses are a little narrower below and towards the nose.
    x = x * (1 - 0.07 * (y < 0) * np.abs(y)) * wide
    return np.asarray(np.c_[side * x, y * high, np.zeros(len(angle))])


def _tube(path: Points, radius: float, *, closed: bool) -> tuple[Points, NDArray[np.int32]]:
    """A wire around a path [n, 3]."""
    n = len(path)
    along = (
        np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
        if closed
        else np.gradient(path, axis=0)
    )
    along = unit(along)
    up = np.where(np.abs(along[:, 2:3]) < 0.8, np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0]))
    first = unit(np.cross(along, up))
    second = np.cross(along, first)
    # The reference direction must not jump along a bend.
    for place in range(1, n):
        if (first[place] * first[place - 1]).sum() < 0:
            first[place], second[place] = -first[place], -second[place]
    turn = np.arange(_SIDES) * 2 * np.pi / _SIDES
    ring = (
        np.cos(turn)[None, :, None] * first[:, None] + np.sin(turn)[None, :, None] * second[:, None]
    )
    points = (path[:, None] + radius * ring).reshape(-1, 3)
    rows = np.arange(n if closed else n - 1)[:, None]
    columns = np.arange(_SIDES)[None]
    a, b = rows * _SIDES + columns, rows * _SIDES + (columns + 1) % _SIDES
    c, d = (rows + 1) % n * _SIDES + columns, (rows + 1) % n * _SIDES + (columns + 1) % _SIDES
    triangles = np.stack([a, c, b, b, c, d], axis=-1).reshape(-1, 3)
    return points, triangles.astype(np.int32)


def _joined(
    parts: list[tuple[Points, NDArray[np.int32]]],
) -> tuple[Points, NDArray[np.int32]]:
    starts = np.cumsum([0] + [len(points) for points, _ in parts])
    triangles = [corners + start for (_, corners), start in zip(parts, starts[:-1], strict=True)]
    return np.concatenate([points for points, _ in parts]), np.concatenate(triangles)


def _one(colour: tuple[float, float, float], points: Points) -> Points:
    return np.tile(np.array(colour), (len(points), 1))


def _headwear(child: Child, headwear: Headwear, scalp: Scalp) -> Surface:
    hair = style_of(child.hairdo, child.years).layer
    points, u, v, rough = _band(scalp, hair) if headwear.kind == "band" else _cap(headwear, scalp)
    rows, columns = u.shape
    first = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    corners = np.c_[
        first, first + 1, first + columns, first + 1, first + columns + 1, first + columns
    ]
    flat = points.reshape(-1, 3)
    flat = flat + scalp.shift_near(flat) * scalp.follow(flat[:, 1])[:, None]
    if headwear.print == "stripes":
        pattern = smoothstep(-0.2, 0.2, np.sin(2 * np.pi * v * 5))
    elif headwear.print == "dots":
        pattern = smoothstep(0.30, 0.2, np.hypot(u * 24 % 1 - 0.5, v * 6 % 1 - 0.5))
    else:
        pattern = np.zeros_like(u)
    share = pattern.reshape(-1, 1)
    colours = np.array(headwear.colour) * (1 - share) + np.array(headwear.second) * share
    return Surface(flat, corners.reshape(-1, 3).astype(np.int32), colours, rough, 0.0)


def _band(
    scalp: Scalp, hair: float
) -> tuple[Points, NDArray[np.float64], NDArray[np.float64], float]:
    """A hoop from ear to ear over the top."""
    around = np.radians(np.linspace(-82, 82, 60))
    tilt = np.radians(22)
    across = np.linspace(-1, 1, 7)
    u, v = np.meshgrid(np.linspace(0, 1, 60), (across + 1) / 2)
    lean = tilt + 0.11 * across[:, None] * np.cos(around / 1.3)[None]
    ways = np.stack(
        np.broadcast_arrays(
            np.sin(around)[None],
            np.cos(around)[None] * np.cos(lean),
            np.cos(around)[None] * np.sin(lean),
        ),
        axis=-1,
    )
    ways = unit(ways)
    bulge = 0.045 + 0.55 * min(hair, 0.2) + 0.02 * (1 - across[:, None] ** 2)
    return scalp.centre + ways * (scalp.distance(ways) + bulge * scalp.scale)[..., None], u, v, 0.5


def _cap(
    headwear: Headwear, scalp: Scalp
) -> tuple[Points, NDArray[np.float64], NDArray[np.float64], float]:
    """A cover of the cranium above the hairline, with a rolled edge if it is knitted."""
    columns = 129
    around = np.linspace(0, 2 * np.pi, columns)
    azimuth = np.degrees(np.minimum(around, 2 * np.pi - around))
    low = np.interp(azimuth, (0, 40, 75, 100, 140, 180), (7.94, 7.89, 7.70, 7.46, 7.12, 6.98))
    ways = directions()
    latitude = np.linspace(-np.pi / 2, np.pi / 2, len(ways))
    upper = latitude > -0.5
    edge = np.empty(columns)
    for place in range(columns):
        heights = np.maximum.accumulate(scalp.heights[upper, place % ways.shape[1]])
        edge[place] = np.interp(low[place], heights, latitude[upper])
    kernel = np.ones(9) / 9
    edge = np.convolve(np.r_[edge[-9:-1], edge, edge[1:9]], kernel, "same")[8:-8]
    v = np.linspace(0, 1, 26)[:, None] * np.ones((1, columns))
    up = edge + (np.pi / 2 - edge) * v
    ways = np.stack([np.cos(up) * np.sin(around), np.sin(up), np.cos(up) * np.cos(around)], axis=-1)
    knitted = headwear.kind == "cap"
    stand = 0.045 + (0.085 if knitted else 0.03) * np.sin(np.pi * np.minimum(v, 0.95)) ** 0.7
    if knitted:
        stand = stand + 0.035 * smoothstep(0.16, 0.13, v)
        stand = stand + 0.004 * np.sin(60 * around)[None] * smoothstep(0.9, 0.5, v)
    else:
        stand = stand + 0.006 * np.sin(9 * around + 3 * v) * (1 - v)
    stand = stand * smoothstep(-0.02, 0.03, v)
    points = scalp.centre + ways * (scalp.distance(ways) + stand * scalp.scale)[..., None]
    return points, around[None] / (2 * np.pi) * np.ones_like(v), v, 0.9
