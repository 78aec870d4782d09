"""Ponytails and bunches: the hair beyond the point where it is tied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.hair.comb import KNOTS, Style, coiled, ties
from rdface.simulate.hair.scalp import Scalp, unit
from rdface.simulate.head.fields import Points, smoothstep
from rdface.simulate.people.child import Child

_COUNT = 3200
_DOWN = np.array([0.0, -1.0, 0.0])


@dataclass(frozen=True)
class Tails:
    """Hairs [n, k, 3] with the shift of their tie [n, 3], radius [n, k] and shade [n]."""

    points: Points
    shift: Points
    radius: NDArray[np.float64]
    shade: NDArray[np.float64]


def grow_tails(scalp: Scalp, child: Child, style: Style, rng: np.random.Generator) -> Tails | None:
    """The tails of a child whose hair is tied."""
    hairdo = child.hairdo
    if hairdo.cut not in ("tail", "puffs"):
        return None
    if child.headwear is not None and child.headwear.kind != "band":
        return None
    ends = ties(scalp, hairdo)
    moved = scalp.shift_near(ends)
    scale = scalp.scale
    which = np.arange(_COUNT) % len(ends)
    out = unit(ends - scalp.centre)[which]
    lock = rng.integers(0, 90, _COUNT)
    spread = rng.standard_normal((2000, 3))[lock] * 0.55 + rng.standard_normal((_COUNT, 3)) * 0.4
    place = ends[which] + 0.035 * scale * spread
    soft = {"straight": 0.13, "wavy": 0.2, "curly": 0.4, "coily": 1.3}[hairdo.texture]
    direction = unit(out + soft * spread + (0.5 if soft < 1 else 0.0) * np.array([0.0, -0.6, -1.6]))
    long = (0.34 if soft > 1 else 0.62 if hairdo.cut == "puffs" else 1.2) * scale
    step = (long * rng.uniform(0.7, 1.05, _COUNT) / (KNOTS - 1))[:, None]
    fall = 0.0 if soft > 1 else 0.55
    knots = [place]
    for _ in range(1, KNOTS):
        place = place + direction * step
        direction = unit(direction + fall * _DOWN)
        knots.append(place)
    points = np.stack(knots, axis=1)
    points = points + coiled(style, lock, scale, rng)
    ray = points - scalp.centre
    far = np.linalg.norm(ray, axis=-1)
    on_head = ray[..., 1] > -0.35 * scalp.size
    floor = np.where(on_head, scalp.distance(ray / far[..., None]) + 0.02 * scale, 0.0)
    points = scalp.centre + ray * (np.maximum(far, floor) / far)[..., None]
    taper = 1 - 0.6 * smoothstep(0.5, 1.0, np.linspace(0, 1, KNOTS))
    radius = style.radius * scale * taper * np.exp(rng.normal(0, 0.2, _COUNT))[:, None]
    shade = np.exp(0.15 * rng.standard_normal(_COUNT))
    return Tails(points, moved[which], radius, shade)
