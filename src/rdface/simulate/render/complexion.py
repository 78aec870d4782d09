"""Skin as dense as the picture: mottling, pores, moles, spots, nostrils, lids and dry lips.

Every pixel of skin has a rest position (see imprint); the pattern is evaluated there, so it stays
on the face whatever its pose, age or expression. Colour follows two pigments, melanin and blood,
whose amounts vary over the face (C. Donner and H. W. Jensen, A spectral BSSRDF for shading human
skin, EGSR 2006; J. Jimenez et al., A practical appearance model for dynamic facial color, 2010).
All draws come from the child's `look`: no trait changes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from rdface.simulate.head.fields import Points, blob, mirrored, smoothstep
from rdface.simulate.people.child import Child
from rdface.simulate.render.imprint import Imprint
from rdface.simulate.render.skin import Mottling

Mask: TypeAlias = NDArray[np.float64]
# Absorbance of the pigments in red, green and blue.
_MELANIN = np.array([0.55, 0.85, 1.15])
_BLOOD = np.array([0.10, 0.90, 0.70])


@dataclass(frozen=True)
class Complexion:
    """What is this child's own: undertone, ruddiness, unevenness, and where its marks are."""

    melanin: float
    blood: float
    uneven: float
    pores: float
    dry_lips: float
    cheeks: float
    moles: Points  # x, height and radius [n, 3], rest dm, on the front of the face
    spots: Points  # acne or insect bites: the same

    @classmethod
    def of(cls, child: Child) -> Complexion:
        """Draw from the stream that `look` names."""
        rng = np.random.default_rng([child.look, 5])
        age = child.years
        melanin, blood = rng.normal(0, 0.07), rng.normal(0, 0.06)
        uneven = float(np.exp(rng.normal(0, 0.35)))
        pores = (0.7 + 0.03 * age) * float(np.exp(rng.normal(0, 0.25)))
        dry = float(rng.beta(1.2, 4))
        cheeks = float(rng.beta(1.6, 3.0)) * (1.2 if age < 4 else 0.8)
        n_moles = int(rng.poisson(0.3 + 0.22 * age))
        moles = _marks(rng, min(n_moles, 8), (0.006, 0.012))
        acne = age > 11 and rng.uniform() < 0.45
        n_spots = rng.poisson(9) if acne else rng.poisson(0.5)
        spots = _marks(rng, min(int(n_spots), 18), (0.008, 0.018))
        return cls(float(melanin), float(blood), uneven, float(pores), dry, cheeks, moles, spots)


def _marks(rng: np.random.Generator, count: int, sizes: tuple[float, float]) -> Points:
    # Always the same number of draws, so that what follows does not depend on the count.
    x, y = rng.uniform(-0.58, 0.58, 24), rng.uniform(6.35, 7.85, 24)
    return np.stack([x, y, rng.uniform(*sizes, 24)], axis=1)[:count]


def dress(child: Child, seen: Imprint) -> tuple[Points, Mask]:
    """Factors of the skin's albedo [H, W, 3] and the relief's height [H, W] in rest dm."""
    factor = np.ones((*seen.share.shape, 3))
    height = np.zeros(seen.share.shape)
    on = seen.share > 0
    if not on.any():
        return factor, height
    rest = seen.rest[on]
    own = Complexion.of(child)
    noise = Mottling(np.random.default_rng([child.look, 6]), cells=32)
    skin = float(np.mean(child.skin))
    dark = 1 - float(np.clip(skin / 0.35, 0, 1))
    sides = mirrored(rest)
    lips = smoothstep(0.12, 0.45, seen.regions["lips"][on])
    bare = 1 - lips

    broad = 0.6 * noise(rest, 2.3, 1) + 0.4 * noise(rest, 6.5, 2)
    fine = noise(rest, 21.0, 3)
    grain = noise(rest, 44.0, 4)
    melanin = own.melanin + own.uneven * (0.05 * broad + 0.018 * fine) + 0.028 * grain
    around_mouth = blob(rest, (0.0, 6.62, 1.6), (0.30, 0.13, 0.4)) * bare
    melanin += dark * (0.16 * around_mouth - 0.08 * blob(sides, (0.3, 7.0, 1.3), (0.2, 0.2, 0.4)))
    blood = own.blood + own.uneven * (0.07 * noise(rest, 3.4, 5) + 0.035 * noise(rest, 11.0, 6))
    cheeks = blob(sides, (0.36, 6.93, 1.3), (0.19, 0.15, 0.4))
    nose = blob(rest, (0.0, 6.96, 1.75), (0.13, 0.09, 0.25))
    wings = blob(sides, (0.15, 6.90, 1.55), (0.05, 0.06, 0.2))
    blood += (0.34 * own.cheeks * cheeks * (1 + 0.35 * noise(rest, 9.0, 7)) + 0.10 * nose) * bare
    blood += 0.10 * wings + 0.05 * blob(rest, (0.0, 6.35, 1.6), (0.15, 0.1, 0.3))
    melanin -= 0.05 * blob(rest, (0.0, 7.65, 1.4), (0.35, 0.2, 0.5))
    for x, y, radius in own.moles:
        melanin += 0.7 * _disc(rest, x, y, radius) * bare
    for x, y, radius in own.spots:
        blood += 0.45 * _disc(rest, x, y, radius) * bare
    blood *= 1 - 0.55 * dark
    dryness = lips * own.dry_lips * smoothstep(0.1, 0.9, noise(rest * (3, 1, 1), 14.0, 8))
    melanin -= 0.12 * dryness

    factor[on] = np.exp(-melanin[:, None] * _MELANIN - blood[:, None] * _BLOOD)
    factor[on] *= 1 - _nostrils(sides)[:, None] * np.array([0.72, 0.84, 0.86])
    cheek_pores = 0.6 + 0.8 * (nose + 0.6 * cheeks)
    relief = own.pores * cheek_pores * (0.0016 * grain + 0.0005 * fine)
    creases = 0.0014 * noise(rest * (3, 1, 1), 12.0, 9)
    height[on] = relief * bare + creases * lips
    return factor, height


def _disc(rest: Points, x: float, y: float, radius: float) -> Mask:
    far = np.hypot(rest[:, 0] - x, rest[:, 1] - y) / radius
    return smoothstep(1.5, 0.5, far) * (rest[:, 2] > 0.8)


def _nostrils(sides: Points) -> Mask:
    """The openings below the nose: dark because hardly any light finds its way out again."""
    opening = blob(sides, (0.085, 6.852, 1.57), (0.030, 0.012, 0.06))
    return np.clip(1.05 * opening, 0, 1)


def shade_relief(height: Mask, lamp: Points, key_share: float, strength: float) -> Mask:
    """How fine relief brightens slopes that face the lamp, factors [H, W] about 1.

    Args:
        height: Relief in rest dm.
        lamp: Unit direction to the key light, as right, up and forward in the picture.
        key_share: Part of the light that comes from the key, 0..1.
        strength: Pixels per rest dm.
    """
    slope_x = cv2.Sobel(height, -1, 1, 0, ksize=3) / 8 * strength
    slope_y = cv2.Sobel(height, -1, 0, 1, ksize=3) / 8 * strength
    lean = -(slope_x * lamp[0] - slope_y * lamp[1])
    return np.asarray(np.clip(1 + key_share * lean, 0.75, 1.3))


def lid_margins(eyes: Mask, skin: Mask) -> tuple[Mask, Mask]:
    """Upper and lower lid rims [H, W] in 0..1: skin within a pixel or two of the eyeball."""
    scale = eyes.shape[0] / 256
    wide = cv2.GaussianBlur(eyes, (0, 0), 1.1 * scale)
    slope = np.asarray(
        cv2.Sobel(cv2.GaussianBlur(eyes, (0, 0), 1.6 * scale), -1, 0, 1, ksize=3), np.float64
    )
    level = np.clip(2.2 * wide, 0, 1) * skin
    upper = smoothstep(-0.02, 0.10 / scale, slope)
    lower = smoothstep(0.02, -0.10 / scale, slope)
    return level * upper, level * lower
