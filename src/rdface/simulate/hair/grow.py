"""Strands of hair and eyebrows.

Strands grow on the trait-free head and then follow the roots that traits have moved, less and less
down to the chin: hair tells of the cranium it covers and of nothing else. Some hundred guides are
combed; every hair follows the guides around its root and clings to the nearest, as in K. Ward et
al., "A survey on hair modeling", IEEE TVCG 13, 2007.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from rdface.simulate.hair.comb import KNOTS, STYLES, Style, coiled, comb, gather, style_of
from rdface.simulate.hair.scalp import Scalp, find_scalp, unit
from rdface.simulate.hair.tails import grow_tails
from rdface.simulate.head.fields import Points, smoothstep
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.shape import Shape
from rdface.simulate.people.child import Child
from rdface.simulate.render.skin import brow_colour, brow_mask, scalp_mask

__all__ = ["STYLES", "Strands", "grow_hair"]
_GUIDES = 420
_WISPS = 1500


@dataclass(frozen=True)
class Strands:
    """Hairs: points [n, k, 3] dm, radius [n, k] dm, linear RGB [n, 3].

    `plain` [m, k, 3] is where the hairs would be on the head without traits.
    """

    points: NDArray[np.float64]
    radius: NDArray[np.float64]
    colour: NDArray[np.float64]
    plain: NDArray[np.float64]


def grow_hair(
    mesh: HeadMesh, shape: Shape, child: Child, scalp: Scalp | None = None
) -> list[Strands]:
    """Scalp hair and eyebrows of a child."""
    scalp = scalp or find_scalp(mesh, shape)
    return [_scalp_hair(scalp, child), _brows(scalp, child)]


def _scalp_hair(scalp: Scalp, child: Child) -> Strands:
    rng = np.random.default_rng(child.look + 2)
    hairdo = child.hairdo
    style = style_of(hairdo, child.years)
    # Roots are sown on the largest scalp and kept by the patient's hairline, so that a lower or
    # higher hairline leaves every other hair as it is.
    widest = scalp_mask(scalp.rest, -0.33) * (scalp.ears < 0.02)
    count = int(style.count * 1.15 * hairdo.thick)
    roots, normals, rest, shift = scalp.sow(rng, widest, count + _WISPS)
    wisp = np.arange(len(roots)) >= count
    luck = rng.uniform(size=len(roots))
    guides = _guides(scalp, child, style, widest, rng)
    points, lock = _strands(scalp, child, style, guides, (roots, normals, rest), wisp, rng)
    shade = np.exp(0.13 * rng.standard_normal(len(roots)) + 0.10 * rng.standard_normal(500)[lock])
    shade[wisp] *= 1.1
    size = np.exp(rng.normal(0, 0.22, len(roots))) * np.where(wisp, 0.55, 1.0)
    radius = style.radius * scalp.scale * size[:, None] * np.linspace(1, 0.4, KNOTS)

    def kept(lift: float) -> NDArray[np.bool_]:
        # Fine hairs stand before the hairline, fewer and fewer.
        thin = 0.30 * scalp_mask(rest, lift - 0.05) + 0.25 * scalp_mask(rest, lift - 0.09)
        return np.asarray(luck < np.where(wisp, thin, scalp_mask(rest, lift)))

    lift = "hairline:lift"
    keep, usual = kept(child.looks.get(lift, 0.0)), kept(child.identity.get(lift, 0.0))
    plain, moves = points, shift
    tail = grow_tails(scalp, child, style, rng)
    if tail is not None:
        plain = np.concatenate([points, tail.points])
        moves = np.concatenate([shift, tail.shift])
        radius = np.concatenate([radius, tail.radius])
        shade = np.concatenate([shade, tail.shade])
        always = np.ones(len(tail.shade), dtype=bool)
        keep, usual = np.concatenate([keep, always]), np.concatenate([usual, always])
    own = plain[keep]
    own = own + moves[keep][:, None] * scalp.follow(own[..., 1])[..., None]
    colour = np.array(child.hair) * shade[keep][:, None]
    return Strands(own, radius[keep], colour, plain[usual])


def _guides(
    scalp: Scalp,
    child: Child,
    style: Style,
    density: NDArray[np.float64],
    rng: np.random.Generator,
) -> tuple[Points, Points]:
    """Rest positions of the guides' roots [g, 3], and the guides [g, k, 3]."""
    roots, normals, rest, _ = scalp.sow(rng, density, _GUIDES)
    if child.hairdo.cut in ("tail", "puffs"):
        curves = gather(scalp, child.hairdo, roots, rest, rng)
        return rest, curves
    return rest, comb(scalp, child.hairdo, style, (roots, normals, rest), rng)


def _strands(
    scalp: Scalp,
    child: Child,
    style: Style,
    guides: tuple[Points, Points],
    sown: tuple[Points, Points, Points],
    wisp: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[Points, NDArray[np.int64]]:
    """All hairs [n, k, 3], and the guide [n] that each clings to."""
    roots, normals, rest = sown
    guide_rest, curves = guides
    # A guide beyond the parting says nothing about a hair on this side.
    parting = 0.45 * child.hairdo.parting
    apart = 0.0 if child.hairdo.fringe or child.hairdo.cut in ("tail", "puffs") else 0.5
    side = apart * np.sign(rest[:, 0] - parting)
    guide_side = apart * np.sign(guide_rest[:, 0] - parting)
    tree = cKDTree(np.c_[guide_rest, guide_side])
    far, near = tree.query(np.c_[rest, side], k=3)
    weight = 1 / (far + 0.02)
    weight /= weight.sum(1, keepdims=True)
    steps = curves - curves[:, :1]
    offset = (steps[near] * weight[..., None, None]).sum(1)
    t = np.linspace(0, 1, KNOTS)[None, :, None]
    length = (rng.uniform(0.72, 1.05, len(roots)) * np.where(wisp, 0.45, 1.0))[:, None, None]
    if child.hairdo.cut in ("tail", "puffs"):
        length = np.where(wisp, 0.3, 1.0)[:, None, None]
    points = roots[:, None] + offset * length
    cling = style.clump * smoothstep(0.05, 0.9, t)
    points = points + cling * (curves[near[:, 0]] - points) * length
    stray = rng.standard_normal((len(roots), 1, 3)) * style.stray * scalp.scale
    points = points + stray * t**1.5
    points = points + coiled(style, near[:, 0], scalp.scale, rng)
    points = _clear_face(scalp, points, rng)
    return _off_head(scalp, child, style, points, normals, rng), near[:, 0]


def _off_head(
    scalp: Scalp,
    child: Child,
    style: Style,
    points: Points,
    normals: Points,
    rng: np.random.Generator,
) -> Points:
    """Push hairs out of the head, and under what is worn on it."""
    ray = points - scalp.centre
    far = np.linalg.norm(ray, axis=-1)
    ahead = ray / far[..., None]
    floor = scalp.distance(ahead)
    rise = np.minimum(1.0, np.arange(KNOTS) / 2.5) * scalp.scale
    low = floor + rise * style.layer * rng.uniform(0.05, 0.6, len(points))[:, None]
    wanted = np.maximum(far, low)
    if child.headwear is not None and child.headwear.kind != "band":
        wanted = np.where(
            ahead[..., 1] > 0.0, np.minimum(wanted, floor + 0.03 * scalp.scale), wanted
        )
    on_head = ray[..., 1] > -0.35 * scalp.size
    points = np.where(on_head[..., None], scalp.centre + ahead * wanted[..., None], points)
    # The root stays in the skin.
    points[:, 0] -= 0.01 * scalp.scale * normals
    return points


def _clear_face(scalp: Scalp, points: Points, rng: np.random.Generator) -> Points:
    """Cut every hair where it would hang over brows, eyes or cheeks."""
    heights = scalp.rest_height(points[..., 1])
    around = np.degrees(np.abs(np.arctan2(points[..., 0], points[..., 2] - scalp.centre[2] + 0.1)))
    # The allowed line: above the brows in front, free behind the temples.
    line = np.interp(around, (0, 28, 45, 58, 66), (7.60, 7.58, 7.45, 7.0, 5.0))
    line = line + rng.normal(0.02, 0.05, len(points))[:, None]
    bad = heights < line
    bad[:, :2] = False
    if not bad.any():
        return points
    last = np.where(bad.any(1), np.maximum(np.argmax(bad, axis=1) - 0.5, 1.0), KNOTS - 1.0)
    place = np.linspace(0, 1, KNOTS)[None] * last[:, None]
    low = np.minimum(place.astype(int), KNOTS - 2)
    share = (place - low)[..., None]
    row = np.arange(len(points))[:, None]
    return np.asarray(points[row, low] * (1 - share) + points[row, low + 1] * share)


def _brows(scalp: Scalp, child: Child) -> Strands:
    rng = np.random.default_rng(child.look + 3)
    scale = scalp.scale
    face = (scalp.rest[:, 2] > 0.9).astype(float)
    candidates = brow_mask(scalp.rest, {"brow:thick": 2.0, "brow:synophrys": 1.0}, wide=True) * face
    roots, normals, rest, shift = scalp.sow(rng, candidates + 1e-12 * face, 5000)
    luck = rng.uniform(size=len(roots))
    across = np.abs(rest[:, 0])
    lean = np.interp(across, (0, 0.15, 0.35, 0.5), (1.3, 0.8, 0.1, -0.5))
    lay = np.c_[np.sign(roots[:, 0]), lean, np.full(len(roots), -0.2)]
    lay += 0.2 * rng.standard_normal(lay.shape)
    lay = unit(lay - normals * (lay * normals).sum(1, keepdims=True))
    t = np.linspace(0, 1, 4)[None, :, None]
    length = 0.065 * scale * rng.uniform(0.6, 1.2, len(roots))[:, None, None]
    bend = lay[:, None] * t + normals[:, None] * 0.25 * t * (1 - 0.5 * t)
    plain = roots[:, None] + bend * length

    looks = child.looks
    density = 0.30 if child.years > 2 else 0.16
    density *= 1 + 0.8 * looks.get("brow:thick", 0.0)
    density *= 1 - min(1.0, looks.get("brow:sparse", 0.0))
    keep = luck < density * brow_mask(rest, looks)
    radius = (0.0018 if child.years > 2 else 0.0014) * scale
    kept = (plain + shift[:, None])[keep]
    return Strands(
        kept,
        np.broadcast_to(radius * np.linspace(1, 0.4, 4), kept.shape[:2]),
        np.tile(brow_colour(child), (len(kept), 1)),
        plain[:0],
    )
