"""The few hundred guides that the hair follows: combed over the trait-free head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.hair.scalp import Scalp, unit
from rdface.simulate.head.fields import Points, smoothstep
from rdface.simulate.people.hairdo import Hairdo
from rdface.simulate.render.skin import Mottling

KNOTS = 9
_DOWN = np.array([0.0, -1.0, 0.0])


@dataclass(frozen=True)
class Style:
    """Lengths in dm on an adult head; `clump`, `stray` and `coil` are those of the texture."""

    count: int
    length: float
    radius: float
    layer: float  # how far the hair stands off the head
    gravity: float
    clump: float = 0.3
    stray: float = 0.02
    coil: float = 0.0
    turns: float = 0.0
    own: float = 0.2  # how far a hair's curl differs from its lock's, in turns
    upright: float = 0.0


STYLES: Mapping[str, Style] = {
    "buzz": Style(11000, 0.045, 0.0036, 0.02, 0.0, upright=0.6),
    "crop": Style(11000, 0.15, 0.0040, 0.04, 0.05, upright=0.25),
    "short": Style(11000, 0.40, 0.0044, 0.08, 0.25),
    "mop": Style(11000, 0.72, 0.0046, 0.15, 0.55),
    "bob": Style(11500, 1.15, 0.0048, 0.12, 1.0),
    "long": Style(11500, 1.75, 0.0048, 0.11, 1.0),
    "tail": Style(9500, 0.9, 0.0046, 0.04, 0.3),
    "puffs": Style(9500, 0.9, 0.0046, 0.03, 0.3),
    "down": Style(3600, 0.13, 0.0027, 0.035, 0.1),
}
# Texture -> length, layer, clump, stray, coil, turns, own.
_TEXTURES = {
    "straight": (1.0, 1.0, 0.25, 0.02, 0.0, 0.0, 0.0),
    "wavy": (0.97, 1.35, 0.50, 0.025, 0.022, 1.3, 0.08),
    "curly": (0.85, 2.0, 0.62, 0.03, 0.034, 2.2, 0.10),
    "coily": (0.55, 2.3, 0.15, 0.03, 0.036, 2.7, 0.5),
}


def style_of(hairdo: Hairdo, years: float) -> Style:
    """Cut and texture together, at an age: the hair of the very young is short and fine."""
    style = STYLES[hairdo.cut]
    length, layer, clump, stray, coil, turns, own = _TEXTURES[hairdo.texture]
    grown = float(np.interp(years, (1.8, 4.5), (0.6, 1.0)))
    small = min(1.0, style.length / 0.35)  # stubble shows no curl
    style = replace(
        style,
        length=style.length * length * grown,
        layer=style.layer * (1 + (layer - 1) * small),
        radius=style.radius * float(np.interp(years, (1.8, 5), (0.85, 1.0))),
        clump=clump * min(1.0, 0.3 + small),
        stray=stray * min(1.0, 0.25 + small),
        coil=coil * small,
        turns=turns,
        own=own,
    )
    if hairdo.texture == "coily":
        # Tight curls stand in a cloud: their reach is bounded, however long the cut.
        long = min(style.length, 0.40 * grown)
        style = replace(style, gravity=0.12 * style.gravity, upright=0.75, length=long)
    return style


def coiled(style: Style, lock: NDArray[np.int64], scale: float, rng: np.random.Generator) -> Points:
    """Helices [n, k, 3] that hairs of one lock share but for a little."""
    n = len(lock)
    if style.coil == 0:
        return np.zeros((n, KNOTS, 3))
    t = np.linspace(0, 1, KNOTS)[None]
    phase = rng.uniform(0, 1, 2000)[lock] + style.own * rng.standard_normal(n)
    rate = style.turns * np.exp(0.12 * rng.standard_normal(2000)[lock])
    angle = 2 * np.pi * (phase[:, None] + rate[:, None] * t)
    helix = np.stack([np.cos(angle), 0.6 * np.sin(angle + 0.5), np.sin(angle)], axis=-1)
    wide = style.coil * scale * smoothstep(0.0, 0.35, t)[..., None]
    return np.asarray(wide * (helix - helix[:, :1] * (1 - t[..., None])))


def comb(
    scalp: Scalp,
    hairdo: Hairdo,
    style: Style,
    sown: tuple[Points, Points, Points],
    rng: np.random.Generator,
) -> Points:
    """Guides [g, k, 3] that lie on the head and hang from it.

    Args:
        scalp: The head.
        hairdo: Parting and fringe.
        style: Length and stiffness.
        sown: Roots, normals and rest positions of the guides [g, 3].
        rng: For wisps that differ from child to child.
    """
    roots, normals, rest = sown
    scale = scalp.scale
    noise = Mottling(rng)
    wisps = np.stack([noise(rest, 2.2, offset) for offset in (0, 4, 8)], axis=1)
    direction = _flow(scalp, hairdo, roots, rest, wisps, rng)
    direction = unit(direction - normals * (direction * normals).sum(1, keepdims=True))
    direction = unit(direction * (1 - style.upright) + normals * style.upright)
    length = style.length * scale * np.exp(0.12 * noise(rest, 3.0, 13))
    if hairdo.cut == "short":  # shorter at the nape and over the ears
        length = length * np.interp(rest[:, 1], (6.6, 7.3, 8.0), (0.3, 0.5, 1.0))
    if hairdo.cut == "mop":
        length = length * np.interp(rest[:, 1], (6.6, 7.3, 8.0), (0.45, 0.7, 1.0))
    layer = style.layer * scale * np.clip(0.8 + 0.45 * noise(rest, 3.5, 17), 0.35, 1.3)
    step = (length / (KNOTS - 1))[:, None]
    knots = [roots]
    place = roots
    for knot in range(1, KNOTS):
        place = place + direction * step
        ray = place - scalp.centre
        far = np.linalg.norm(ray, axis=1)
        out = ray / far[:, None]
        floor = scalp.distance(out)
        on_head = (ray[:, 1] > -0.35 * scalp.size)[:, None]
        if style.upright < 0.7:
            rise = np.minimum(1.0, knot / 3) * layer
            wanted = np.clip(far, floor + 0.4 * rise, floor + rise)
            place = np.where(on_head, scalp.centre + out * wanted[:, None], place)
        along = direction + style.gravity * 0.42 * _DOWN + 0.10 * wisps
        if style.upright < 0.7:
            along = np.where(on_head, along - out * (along * out).sum(1, keepdims=True), along)
        hang = (1 - on_head) * min(style.gravity, 1.0) * 1.5
        direction = unit(unit(along) + hang * np.array([0.0, -1.0, -0.10]))
        knots.append(place)
    return np.stack(knots, axis=1)


def _flow(
    scalp: Scalp,
    hairdo: Hairdo,
    roots: Points,
    rest: Points,
    wisps: Points,
    rng: np.random.Generator,
) -> Points:
    """The way the hair is combed at each root [g, 3]."""
    size = scalp.size
    turn = 1.0 if hairdo.parting >= 0 else -1.0
    crown = scalp.centre + size * np.array([0.12 * turn, 1.0, -0.40])
    away = unit(roots - crown)
    front = smoothstep(-0.1, 0.7, (roots[:, 2] - scalp.centre[2]) / size)[:, None]
    top = smoothstep(0.35, 0.75, (roots[:, 1] - scalp.centre[1]) / size)[:, None]
    apart = np.sign(rest[:, 0] - 0.45 * hairdo.parting)[:, None] * np.array([1.0, 0.0, 0.0])
    if hairdo.fringe or hairdo.cut in ("buzz", "crop", "down"):
        flow = away + 0.35 * turn * front * np.array([1.0, 0.0, 0.0])
    elif hairdo.cut == "short":
        # Brushed to one side and a little up, or back.
        swept = np.array([-0.9 * turn, 0.15, 0.1 if abs(hairdo.parting) > 0.1 else -0.9])
        flow = away * (1 - 0.8 * front * top) + swept * front * top
    else:
        swept = apart + np.array([0.0, -0.15, -0.55])
        flow = away * (1 - front) + swept * front
    return unit(flow + 0.28 * wisps + 0.04 * rng.standard_normal(roots.shape))


def gather(
    scalp: Scalp,
    hairdo: Hairdo,
    roots: Points,
    rest: Points,
    rng: np.random.Generator,
) -> Points:
    """Guides [g, k, 3] drawn tightly over the head to where a tail or two bunches are tied."""
    ends = ties(scalp, hairdo)
    parting = 0.2 * hairdo.parting
    side = (rest[:, 0] > parting).astype(int) if len(ends) > 1 else np.zeros(len(rest), dtype=int)
    start = unit(roots - scalp.centre)
    goal = unit(ends - scalp.centre)[side]
    angle = np.arccos(np.clip((start * goal).sum(1), -0.999, 0.999))[:, None, None]
    t = np.linspace(0, 1, KNOTS)[None, :, None]
    curve = np.sin((1 - t) * angle) * start[:, None] + np.sin(t * angle) * goal[:, None]
    curve = unit(curve)
    loose = 0.035 * scalp.scale * rng.uniform(0.3, 1.0, len(roots))[:, None]
    lift = loose * np.sin(np.pi * np.clip(t[..., 0], 0, 1)) + 0.02 * scalp.scale * t[..., 0]
    return np.asarray(scalp.centre + curve * (scalp.distance(curve) + lift)[..., None])


def ties(scalp: Scalp, hairdo: Hairdo) -> Points:
    """Where the hair is tied, [1 or 2, 3]."""
    if hairdo.cut == "puffs":
        ways = np.array(
            [[-0.72, 0.62 + 0.2 * hairdo.tie, -0.25], [0.72, 0.62 + 0.2 * hairdo.tie, -0.25]]
        )
    else:
        up = np.radians(15 + 50 * hairdo.tie)
        ways = np.array([[0.0, np.sin(up), -np.cos(up)]])
    ways = unit(ways)
    return np.asarray(scalp.centre + ways * (scalp.distance(ways) + 0.03 * scalp.scale)[:, None])
