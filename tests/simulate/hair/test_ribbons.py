"""Hairs as triangles: what is left out is not missed."""

from __future__ import annotations

import numpy as np

from rdface.simulate.hair.grow import Strands
from rdface.simulate.hair.ribbons import hidden, weave
from rdface.simulate.photo.camera import Camera

_CAMERA = Camera(np.array([0.0, 0.0, 20.0]), np.zeros(3), np.array([0.0, 1.0, 0.0]), 10.0, 256, 2.0)
_RNG = np.random.default_rng(0)


def _ball() -> np.ndarray:
    points = _RNG.standard_normal((40000, 3))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def _hairs(roots: np.ndarray, *, bend: float = 0.0) -> Strands:
    t = np.linspace(0, 1, 9)[:, None]
    curve = t * np.array([0.2, -0.4, 0.0]) + bend * np.sin(9 * t) * np.array([1.0, 0.0, 0.0])
    points = roots[:, None] + curve
    colour = np.repeat(_RNG.uniform(0.1, 0.9, (len(roots), 1)), 3, axis=1)
    return Strands(points, np.full(points.shape[:2], 0.004), colour, points)


def test_hairs_behind_the_head_are_left_out_and_others_never() -> None:
    """Behind a ball of radius 1 hairs are hidden; beside, before and above it none is."""
    ball = _ball()
    behind = np.array([[0.0, 0.2, -1.0], [0.2, 0.0, -0.9]])
    seen = np.array([[0.0, 0.0, 1.0], [1.3, 0.0, -0.5], [0.0, 1.5, -1.0]])
    roots = np.concatenate([behind, seen])
    found = hidden(_hairs(roots).points, _CAMERA, ball, 1.0)
    assert found.tolist() == [True, True, False, False, False]


def test_straight_hairs_take_fewer_triangles_than_bent_ones() -> None:
    """Knots on a line are left out; ends stay where they are."""
    roots = np.c_[np.linspace(-0.5, 0.5, 50), np.zeros(50), np.ones(50)]
    far = np.full((1, 3), 50.0)
    straight = weave(_hairs(roots), _CAMERA, far, 1.0)
    bent = weave(_hairs(roots, bend=0.1), _CAMERA, far, 1.0)
    assert len(bent.triangles) == 50 * 8 * 2
    assert len(straight.triangles) < 0.4 * len(bent.triangles)
    tips = _hairs(roots).points[:, -1]
    gap = np.linalg.norm(straight.points[None] - tips[:, None], axis=2).min(1)
    assert gap.max() < 0.005


def test_thinning_keeps_the_area_and_knows_no_neighbours() -> None:
    """Fewer hairs cover as much; taking some hairs away leaves the choice among the others."""
    roots = np.c_[_RNG.uniform(-0.5, 0.5, (12000, 2)), np.ones(12000)]
    hairs = _hairs(roots)
    far = np.full((1, 3), 50.0)

    def area(strands: Strands) -> tuple[float, set[bytes]]:
        woven = weave(strands, _CAMERA, far, 1.0)
        a, b, c = (woven.points[woven.triangles[:, corner]] for corner in range(3))
        size = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
        return float(size), {row.tobytes() for row in woven.colours}

    whole, kept = area(hairs)
    every = 12000 * np.hypot(0.2, 0.4) * 2 * 0.004
    assert abs(whole / every - 1) < 0.08
    assert len(kept) < 10000
    fewer = Strands(hairs.points[:8000], hairs.radius[:8000], hairs.colour[:8000], hairs.plain)
    _, still = area(fewer)
    assert still == kept & {row.tobytes() for row in hairs.colour[:8000].astype(hairs.colour.dtype)}
