"""A bubble per country on the map of the world.

Projection: Equal Earth (Šavrič, Patterson & Jenny, "The Equal Earth map projection",
International Journal of Geographical Information Science 33, 2019), which keeps areas true.
Outlines: Natural Earth (public domain); see ``scripts/make_world.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from rdface.pages.figures.palette import BLUE
from rdface.pages.markup import element, number, together

_A = (1.340264, -0.081106, 0.000893, 0.003796)
_WIDTH = 720.0
_NORTH, _SOUTH = 83.7, -56.0
_MARGIN = 4.0
_LARGEST = 21.0
"""Radius of the largest bubble; its area stands for the count."""


@cache
def _world() -> dict[str, Any]:
    text = files("rdface.pages").joinpath("world.json").read_text(encoding="utf-8")
    world: dict[str, Any] = json.loads(text)
    return world


def equal_earth(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project ``[P, 2]`` (longitude, latitude) to ``[P, 2]`` (x, y), y northwards."""
    longitude, latitude = np.radians(degrees).T
    theta = np.arcsin(np.sqrt(3) / 2 * np.sin(latitude))
    a1, a2, a3, a4 = _A
    t2 = theta**2
    t6 = t2**3
    slope = 9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1
    x = 2 * np.sqrt(3) * longitude * np.cos(theta) / (3 * slope)
    y = theta * (a4 * t6 * t2 + a3 * t6 + a2 * t2 + a1)
    return np.column_stack([x, y])


def _to_picture(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    edge = equal_earth(np.array([[180.0, 0.0], [0.0, _NORTH]]))
    scale = _WIDTH / (2 * edge[0, 0])
    projected = equal_earth(degrees)
    return np.column_stack(
        [(projected[:, 0] + edge[0, 0]) * scale, (edge[1, 1] - projected[:, 1]) * scale]
    )


def coasts() -> list[NDArray[np.float64]]:
    """Outlines of the land, each ``[P, 2]`` (x, y) in the picture, y downwards."""
    return [
        _to_picture(np.array(flat, dtype=np.float64).reshape(-1, 2) / 10)
        for flat in _world()["land"]
    ]


def place_of(code: str) -> tuple[float, float] | None:
    """Where a country's bubble lies in the picture; None where the map does not have it."""
    degrees = _world()["countries"].get(code)
    if degrees is None:
        return None
    x, y = _to_picture(np.array([degrees], dtype=np.float64) / 10)[0]
    return float(x), float(y)


def map_height() -> float:
    """Height of the picture without margins, its width being 720."""
    return float(_to_picture(np.array([[0.0, _SOUTH]]))[0, 1])


def world_map(patients: Mapping[str, int], *, label: str) -> Markup:
    """Bubbles whose area is the number of patients.

    Args:
        patients: ISO 3166 alpha-2 code to count; codes without a place on the map are left out.
        label: What the map shows.
    """
    height = map_height() + 2 * _MARGIN
    rings = coasts()
    drawn = ["M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings]
    left = min(float(ring[:, 0].min()) for ring in rings) - _MARGIN
    right = max(float(ring[:, 0].max()) for ring in rings) + _MARGIN
    land = element("path", d="".join(drawn), class_="land")
    places = {code: place_of(code) for code in patients}
    shown = [(code, n) for code, n in patients.items() if places[code] is not None]
    # The largest first, so that small neighbours lie on top and stay visible.
    shown.sort(key=lambda pair: (-pair[1], pair[0]))
    highest = max((n for _, n in shown), default=1)

    def bubble(code: str, n: int) -> Markup:
        x, y = places[code] or (0.0, 0.0)
        radius = _LARGEST * float(np.sqrt(n / highest))
        title = element("title", f"{code}: {n}")
        return element("circle", title, cx=x, cy=y, r=radius, fill=BLUE)

    bubbles = element("g", together(bubble(code, n) for code, n in shown), class_="bubbles")
    return element(
        "svg",
        land,
        bubbles,
        viewBox=f"{number(left)} {number(-_MARGIN)} {number(right - left)} {number(height)}",
        class_="map",
        role="img",
        aria_label=label,
    )
