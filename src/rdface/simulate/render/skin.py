"""Colours of skin, lips, eyes and clothes, painted on the vertices by their rest position."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

from rdface.simulate.head.fields import Points, blob, mirrored, smoothstep
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.people.child import Child, View
from rdface.simulate.photo.clothes import clothes_mask, paint_cloth

EYE_CENTRE = (0.3085, 7.284, 1.245)  # rest position [dm] of the left eyeball's centre
LIP_TARGETS = ("mouth/mouth-upperlip-volume-incr", "mouth/mouth-lowerlip-volume-incr")
Mask = NDArray[np.float64]


class Mottling:
    """Smooth random values in space: trilinear noise on a wrapped random grid."""

    def __init__(self, rng: np.random.Generator, cells: int = 24) -> None:
        self._grid = rng.standard_normal((cells, cells, cells))

    def __call__(self, points: Points, frequency: float, offset: float = 0.0) -> Mask:
        """Values about N(0, 0.5) [n]; `frequency` in cells per dm."""
        places = ((points + offset) * frequency).T % (self._grid.shape[0] - 1)
        return np.asarray(
            scipy.ndimage.map_coordinates(self._grid, places, order=1, mode="grid-wrap")
        )


def blend(colours: Points, mask: Mask, other: NDArray[np.float64]) -> Points:
    """Mix `other` into the colours [n, 3] where the mask [n] says so."""
    return np.asarray(colours * (1 - mask[:, None]) + other * mask[:, None])


def scalp_mask(rest: Points, lift: float = 0.0) -> Mask:
    """Where hair grows, [n] in 0..1; `lift` moves the frontal hairline up [dm]."""
    around = np.degrees(np.abs(np.arctan2(rest[:, 0], rest[:, 2] - 0.15)))
    angles = (0, 20, 35, 50, 62, 75, 88, 100, 120, 140, 180)
    heights = (7.96, 7.96, 7.90, 7.66, 7.36, 7.10, 7.06, 7.15, 6.95, 6.72, 6.6)
    line = np.interp(around, angles, heights) + lift * smoothstep(80, 40, around)
    return smoothstep(-0.03, 0.05, rest[:, 1] - line)


def brow_mask(
    rest: Points, looks: Mapping[str, float], *, wide: bool = False
) -> NDArray[np.float64]:
    """Where brow hairs grow, [n] in 0..1; `wide` for every shape that traits may give it."""
    across = np.abs(rest[:, 0])
    arch = looks.get("brow:arch", 0.0)
    line = np.interp(across, (0.0, 0.12, 0.3, 0.43, 0.56), (7.445, 7.455, 7.50, 7.50, 7.425))
    line = line + arch * np.interp(across, (0.0, 0.12, 0.36, 0.56), (0.0, -0.012, 0.045, -0.012))
    half = np.interp(across, (0.08, 0.15, 0.35, 0.55), (0.024, 0.031, 0.025, 0.010))
    half = half * (1 + 0.8 * looks.get("brow:thick", 0.0)) + (0.05 if wide else 0.0)
    start = 0.12 - 0.14 * min(1.0, looks.get("brow:synophrys", 0.0))
    mask = smoothstep(1.5, 0.5, np.abs(rest[:, 1] - line) / half)
    mask = mask * smoothstep(start - 0.03, start + 0.03, across) * smoothstep(0.58, 0.5, across)
    mask = mask * (1 - min(1.0, looks.get("brow:no_lateral", 0.0)) * smoothstep(0.30, 0.40, across))
    inner = smoothstep(0.30, 0.22, across)
    return np.asarray(mask * (1 - min(1.0, looks.get("brow:no_medial", 0.0)) * inner))


def brow_colour(child: Child) -> NDArray[np.float64]:
    """Linear RGB of the brows: the hair's, a little darker, or white."""
    colour = np.array(child.hair) * 0.8
    return np.asarray(colour + min(1.0, child.looks.get("brow:white", 0.0)) * (0.7 - colour))


def paint_skin(
    mesh: HeadMesh,
    rest: Points,
    child: Child,
    view: View,
    rows: NDArray[np.int64] | slice = slice(None),
) -> Points:
    """Linear RGB of the skin part's vertices, clothes included: all [n, 3], or some `rows`."""
    rng = np.random.default_rng(child.look)
    noise = Mottling(rng)
    skin = np.array(child.skin)
    dark = 1 - float(np.clip(skin.mean() / 0.35, 0, 1))
    whole, rest = rest, rest[rows]
    sides = mirrored(rest)
    ears = mesh.reach("skin", "ears/l-ear-scale-incr", "ears/r-ear-scale-incr")[rows]
    lips = smoothstep(0.12, 0.45, mesh.reach("skin", *LIP_TARGETS)[rows])

    tone = 1 + 0.05 * noise(rest, 2.1)  # finer variety is laid on per pixel, see complexion
    colours = skin * tone[:, None]
    red = (
        0.2 * blob(sides, (0.38, 6.92, 1.25), (0.17, 0.15, 0.3))
        + 0.4 * blob(sides, (0.0, 6.95, 1.75), (0.1, 0.09, 0.2))
        + 0.4 * smoothstep(0.1, 0.6, ears)
        + 0.12 * noise(rest, 3.0, 11)
    )
    red = np.clip(red, 0, 1) * (1 - 0.7 * dark)
    colours *= 1 - red[:, None] * np.array([0.02, 0.26, 0.24])
    socket = blob(sides, (0.30, 7.23, 1.35), (0.16, 0.10, 0.2))
    shade = 0.7 + 1.6 * child.looks.get("skin:dark_lids", 0.0)
    colours *= 1 - np.clip(shade * socket, 0, 3)[:, None] * np.array([0.10, 0.16, 0.13])
    crease = blob(sides, (0.31, 7.36, 1.40), (0.14, 0.025, 0.2))
    colours *= 1 - 0.25 * crease[:, None]
    if child.freckles and dark < 0.4:
        spots = smoothstep(1.6, 2.2, noise(rest, 23.0, 5))
        colours *= 1 - 0.3 * (spots * blob(sides, (0.25, 7.0, 1.4), (0.3, 0.15, 0.4)))[:, None]
    colours = _paint_mouth(lips, rest, colours, skin, dark, noise)
    brow = brow_mask(rest, child.looks) * (1 - min(1.0, child.looks.get("brow:sparse", 0.0)))
    brow_tint = 0.15 if child.years < 2 else 0.30
    colours = blend(colours, brow_tint * brow * (rest[:, 2] > 0.9), brow_colour(child))
    colours = _paint_signs(rest, colours, child.looks, noise)

    growth = scalp_mask(rest, child.looks.get("hairline:lift", 0.0))
    growth *= 1 - smoothstep(0.02, 0.15, ears)
    density = 0.35 if child.years < 1.8 else 0.85
    colours = blend(colours, density * growth, np.array(child.hair) * 1.2)
    # Threads are drawn for all vertices, so that they do not depend on which ones are seen.
    cloth = paint_cloth(whole, view.clothes, rng)[rows]
    return np.clip(blend(colours, clothes_mask(rest, view.clothes), cloth), 0.002, 1)


def _paint_mouth(
    lips: Mask, rest: Points, colours: Points, skin: Points, dark: float, noise: Mottling
) -> Points:
    tint = np.array([0.93, 0.60, 0.56]) if dark < 0.5 else np.array([0.95, 0.66, 0.66])
    lip_colour = (skin * tint) * (1 + 0.05 * noise(rest, 25.0))[:, None]
    return blend(colours, 0.75 * lips, lip_colour)


def _paint_signs(
    rest: Points, colours: Points, looks: Mapping[str, float], noise: Mottling
) -> Points:
    scar = np.array([1.02, 0.72, 0.70])
    for side, x in (("left", 0.10), ("median", 0.0)):
        weight = looks.get(f"skin:cleft_{side}", 0.0)
        if weight:
            line = blob(rest, (x, 6.78, 1.65), (0.016, 0.085, 0.2))
            colours = colours * (1 - np.clip(weight * line, 0, 1)[:, None] * (1 - scar))
    pits = looks.get("skin:lip_pits", 0.0)
    if pits:
        near = blob(mirrored(rest), (0.06, 6.60, 1.62), (0.02, 0.018, 0.12))
        colours = colours * (1 - np.clip(0.7 * pits * near, 0, 0.9)[:, None])
    stain = looks.get("skin:haemangioma", 0.0)
    if stain:
        near = blob(rest, (0.28, 7.45, 1.3), (0.20, 0.32, 0.4)) * (1 + 0.6 * noise(rest, 4.0, 17))
        red = smoothstep(0.35, 0.7, near) * min(stain, 1.3)
        colours = colours * (1 - red[:, None] * np.array([0.08, 0.48, 0.38]))
    return colours


def look_ahead(rest: Points, child: Child, view: View) -> tuple[Points, Points]:
    """Unit vectors [n, 3] from an eyeball's centre to its points and along its line of sight.

    Strabismus turns the left eye.
    """
    left = rest[:, 0] > 0
    centre = np.array(EYE_CENTRE) * np.c_[np.where(left, 1, -1), np.ones((len(rest), 2))]
    outward = rest - centre
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    turn = 19.0 * child.looks.get("gaze:in", 0.0)
    across = np.radians(view.gaze[0] + np.where(left, -turn, 0.0))
    up = np.radians(view.gaze[1])
    ahead = np.c_[
        np.sin(across) * np.cos(up), np.full(len(rest), np.sin(up)), np.cos(across) * np.cos(up)
    ]
    return outward, ahead


def paint_eyes(rest: Points, child: Child, view: View) -> Points:
    """Linear RGB of points on the eyeballs [n, 3]: white, limbus, iris with fibres, pupil."""
    outward, ahead = look_ahead(rest, child, view)
    angle = np.degrees(np.arccos(np.clip((outward * ahead).sum(1), -1, 1)))
    noise = Mottling(np.random.default_rng(child.look + 1))
    white = np.tile(np.array([0.66, 0.63, 0.61]), (len(rest), 1))
    white[:, 1:] -= 0.14 * smoothstep(40, 75, angle)[:, None]
    around = (outward - ahead) / np.maximum(np.radians(angle), 0.05)[:, None]
    fibres = 1 + 0.30 * noise(around, 5.0) + 0.15 * noise(around, 11.0, 5)
    ring = 2.3 - 0.6 * smoothstep(13, 22, angle) - 1.25 * smoothstep(24, 31, angle)
    iris = np.array(child.iris) * (fibres * ring)[:, None]
    colours = blend(white, smoothstep(34.5, 30.0, angle), np.clip(iris, 0.004, 1))
    return blend(colours, smoothstep(12.5, 10.0, angle), np.array([0.004, 0.004, 0.004]))
