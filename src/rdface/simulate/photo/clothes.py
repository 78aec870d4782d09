"""Clothes: the cut at the neck, the collar as a surface of its own, and prints.

The body's skin is painted as cloth below a neckline. Colours come from the image's own stream;
the collar follows the trait-free neck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rdface.simulate.head.fields import Points, smoothstep
from rdface.simulate.people.draws import Colour, linear, one_of, stream, triple, uniform

COLLARS = {"round": 0.42, "v": 0.16, "shirt": 0.22, "hood": 0.12, "high": 0.08}
PRINTS = {
    "plain": 0.50,
    "stripes": 0.20,
    "across": 0.07,
    "dots": 0.10,
    "checks": 0.07,
    "badge": 0.06,
}
BIBS = 0.35  # of the pictures of infants below two years


@dataclass(frozen=True)
class Clothes:
    """What is worn in one picture.

    Attributes:
        collar: One of COLLARS.
        print: One of PRINTS, at a scale of `period` dm.
        neckline: Height of the edge above the usual one [dm at rest].
        bib: Whether a bib is worn over it, in the third colour.
    """

    collar: str
    print: str
    period: float
    neckline: float
    bib: bool
    colour: Colour
    second: Colour
    third: Colour


def draw_clothes(seed: int, image: str, years: float) -> Clothes:
    """The clothes of an image."""
    rng = stream(seed, image, "clothes")
    grey = float(rng.uniform(0.08, 0.92))
    colour = grey + (rng.uniform(0.05, 0.95, 3) - grey) * rng.uniform(0.05, 0.75)
    second = np.clip(colour + rng.normal(0, 0.3) + rng.normal(0, 0.15, 3), 0.05, 0.95)
    third = 0.62 + 0.35 * rng.uniform(0, 1, 3)
    bib = bool(rng.uniform() < BIBS)
    return Clothes(
        collar=one_of(rng, COLLARS),
        print=one_of(rng, PRINTS),
        period=uniform(rng, 0.10, 0.24),
        neckline=uniform(rng, -0.08, 0.06),
        bib=bib and years < 2,
        colour=triple(linear(np.clip(colour, 0.05, 0.95))),
        second=triple(linear(second)),
        third=triple(linear(third)),
    )


def _edge(rest: Points, clothes: Clothes) -> NDArray[np.float64]:
    """Rest height [n] of the neckline at these places."""
    ahead = smoothstep(-0.6, 0.9, rest[:, 2])
    across = np.abs(rest[:, 0])
    line = 5.92 + clothes.neckline - 0.26 * ahead + 0.10 * smoothstep(0.2, 0.9, across)
    front = smoothstep(0.0, 0.5, rest[:, 2])
    if clothes.collar in ("v", "shirt"):
        deep = 0.42 if clothes.collar == "v" else 0.28
        line = line - deep * front * np.clip(1 - across / 0.42, 0, 1)
    elif clothes.collar == "high":
        line = line + 0.13
    return np.asarray(line)


def clothes_mask(rest: Points, clothes: Clothes) -> NDArray[np.float64]:
    """1 below the neckline, 0 above, with a sharp edge; lower in front."""
    return smoothstep(0.012, -0.012, rest[:, 1] - _edge(rest, clothes))


def thickness(rest: Points, clothes: Clothes) -> NDArray[np.float64]:
    """How far cloth stands off the skin [n], dm on an adult; a ribbed edge stands off more."""
    below = _edge(rest, clothes) - rest[:, 1]
    rib = smoothstep(0.10, 0.08, below) if clothes.collar != "shirt" else 0.0
    return clothes_mask(rest, clothes) * (0.034 + 0.014 * rib)


def paint_cloth(rest: Points, clothes: Clothes, rng: np.random.Generator) -> Points:
    """Linear RGB [n, 3] of cloth at these places."""
    first, second, third = (np.array(c) for c in (clothes.colour, clothes.second, clothes.third))
    pattern = _pattern(rest, clothes)[:, None]
    colours = first * (1 - pattern) + second * pattern
    below = _edge(rest, clothes) - rest[:, 1]
    if clothes.collar in ("round", "v", "high"):
        rib = (smoothstep(0.095, 0.08, below) * (0.5 if clothes.print == "plain" else 0.9))[:, None]
        colours = colours * (1 - rib) + rib * (first * 0.8 if clothes.print == "plain" else first)
    if clothes.bib:
        shape = np.abs(rest[:, 0]) ** 2.5 / 0.62**2.5 + (np.clip(below, 0, 9) / 0.95) ** 2.5
        bib = smoothstep(1.03, 0.97, shape) * (rest[:, 2] > 0.1)
        rim = bib * smoothstep(0.80, 0.86, shape)
        colours = colours * (1 - bib[:, None]) + third * bib[:, None]
        colours = colours * (1 - rim[:, None]) + second * rim[:, None]
    return np.asarray(colours * (1 + 0.06 * rng.standard_normal(len(rest)))[:, None])


def _pattern(rest: Points, clothes: Clothes) -> NDArray[np.float64]:
    across, up = rest[:, 0] / clothes.period, rest[:, 1] / clothes.period
    if clothes.print == "stripes":
        return smoothstep(-0.15, 0.15, np.sin(np.pi * up))
    if clothes.print == "across":
        return smoothstep(-0.15, 0.15, np.sin(np.pi * across))
    if clothes.print == "checks":
        return 0.5 * (
            smoothstep(-0.15, 0.15, np.sin(np.pi * up))
            + smoothstep(-0.15, 0.15, np.sin(np.pi * across))
        )
    if clothes.print == "dots":
        row = np.floor(up)
        u, v = (across + 0.5 * (row % 2)) % 1 - 0.5, up % 1 - 0.5
        return smoothstep(0.33, 0.25, np.hypot(u, v))
    if clothes.print == "badge":
        shape = np.abs(rest[:, 0]) ** 3 / 0.42**3 + np.abs(rest[:, 1] - 4.95) ** 3 / 0.32**3
        return smoothstep(1.05, 0.95, shape) * (rest[:, 2] > 0.2)
    return np.zeros(len(rest))


# Outlines of collars, from the neck outwards: (out, up) in dm on an adult.
_OUTLINES = {
    "shirt": (
        (0.02, -0.02),
        (0.045, 0.10),
        (0.075, 0.15),
        (0.115, 0.10),
        (0.17, -0.08),
        (0.19, -0.16),
    ),
    "hood": ((0.02, -0.05), (0.06, 0.10), (0.17, 0.17), (0.30, 0.12), (0.36, -0.02), (0.33, -0.18)),
}


def collar_surface(
    rest: Points, plain: Points, clothes: Clothes, scale: float
) -> tuple[Points, NDArray[np.int32], Points] | None:
    """Vertices, triangles and linear RGB of a collar that stands off the neck, if there is one.

    Args:
        rest: Rest positions of the skin [n, 3].
        plain: The trait-free skin [n, 3].
        clothes: What is worn.
        scale: Size of the head.
    """
    outline = _OUTLINES.get(clothes.collar)
    if outline is None:
        return None
    steps = 60
    # Around the neck from the left of the front over the nape to the right of it.
    gap = np.radians(4 if clothes.collar == "shirt" else 24)
    angles = np.linspace(gap, 2 * np.pi - gap, steps)
    neck = (rest[:, 1] > 5.2) & (rest[:, 1] < 6.05)
    own = rest[neck]
    line = np.abs(own[:, 1] - _edge(own, clothes))
    ring = np.flatnonzero(neck)[line < 0.03]
    azimuth = np.arctan2(rest[ring, 0], rest[ring, 2] + 0.15)
    tree = cKDTree(np.c_[np.cos(azimuth), np.sin(azimuth)])
    near = ring[tree.query(np.c_[np.cos(angles), np.sin(angles)], k=4)[1]]
    base = plain[near].mean(1)
    kernel = np.ones(5) / 5
    padded = np.concatenate([base[:1], base[:1], base, base[-1:], base[-1:]])
    base = np.stack([np.convolve(padded[:, c], kernel, "valid") for c in range(3)], axis=1)
    out = np.c_[np.sin(angles), np.zeros(steps), np.cos(angles)]
    rows = [base + scale * (away * out + up * np.array([0.0, 1.0, 0.0])) for away, up in outline]
    if clothes.collar == "shirt":  # the points of the collar reach down in front
        ahead = np.exp(-(((np.minimum(angles, 2 * np.pi - angles)) / 0.35) ** 2))
        rows[-1] = rows[-1] - scale * 0.16 * ahead[:, None] * np.array([0.0, 1.0, 0.0])
        rows[-2] = rows[-2] - scale * 0.05 * ahead[:, None] * np.array([0.0, 1.0, 0.0])
    points = np.concatenate(rows)
    first = (np.arange(len(rows) - 1)[:, None] * steps + np.arange(steps - 1)).ravel()
    corners = np.c_[first, first + 1, first + steps, first + 1, first + steps + 1, first + steps]
    colour = np.array(clothes.colour if clothes.print in ("plain", "badge") else clothes.second)
    tint = colour if clothes.collar == "hood" else 0.3 * np.array(clothes.third) + 0.7 * colour
    return points, corners.reshape(-1, 3).astype(np.int32), np.tile(tint, (len(points), 1))
