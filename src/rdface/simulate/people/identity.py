"""What faces differ by without any trait: MakeHuman targets, and looks of brows, lashes, lids."""

from __future__ import annotations

import numpy as np

# A share of the strength follows `*` where a target is large.
_IDENTITY = """
head/head-oval*0.5 head/head-round*0.5 head/head-square head/head-fat-incr head/head-fat-decr
head/head-scale-horiz-incr*0.5 head/head-scale-horiz-decr*0.5 head/head-triangular*0.5
head/head-diamond*0.5
forehead/forehead-scale-vert-incr*0.5 forehead/forehead-scale-vert-decr*0.5
forehead/forehead-temple-incr forehead/forehead-nubian-incr*0.5
eyes/@eye-height2-incr eyes/@eye-height2-decr eyes/@eye-height1-incr eyes/@eye-height3-incr
eyes/@eye-scale-incr eyes/@eye-scale-decr eyes/@eye-eyefold-up eyes/@eye-eyefold-down
eyes/@eye-trans-in eyes/@eye-trans-out eyes/@eye-corner1-up eyes/@eye-corner1-down
eyes/@eye-corner2-up eyes/@eye-corner2-down eyes/@eye-bag-incr
eyebrows/eyebrows-trans-up eyebrows/eyebrows-trans-down eyebrows/eyebrows-angle-up
nose/nose-scale-horiz-incr nose/nose-scale-horiz-decr nose/nose-scale-vert-incr
nose/nose-scale-vert-decr nose/nose-point-up nose/nose-point-down nose/nose-point-width-incr
nose/nose-volume-incr nose/nose-curve-concave nose/nose-curve-convex nose/nose-hump-incr
nose/nose-base-up nose/nose-width1-incr nose/nose-width1-decr nose/nose-width2-decr
nose/nose-flaring-incr nose/nose-greek-incr nose/nose-septumangle-incr*0.4
nose/nose-septumangle-decr*0.4
mouth/mouth-scale-horiz-incr mouth/mouth-scale-horiz-decr mouth/mouth-upperlip-volume-incr
mouth/mouth-upperlip-height-decr mouth/mouth-lowerlip-volume-incr mouth/mouth-lowerlip-height-decr
mouth/mouth-angles-up mouth/mouth-cupidsbow-incr mouth/mouth-trans-up mouth/mouth-dimples-in
mouth/mouth-philtrum-volume-incr mouth/mouth-philtrum-volume-decr
expression/units/caucasian/mouth-open*0.2
chin/chin-width-incr chin/chin-width-decr chin/chin-height-incr*0.4 chin/chin-height-decr*0.6
chin/chin-prominent-incr chin/chin-cleft-incr chin/chin-triangle*0.5 chin/chin-bones-incr*0.6
chin/chin-prognathism-incr*0.5 chin/chin-prognathism-decr*0.5
cheek/@cheek-volume-incr cheek/@cheek-volume-decr cheek/@cheek-bones-incr cheek/@cheek-inner-incr
ears/@ear-scale-incr ears/@ear-scale-decr ears/@ear-wing-incr ears/@ear-wing-decr
ears/@ear-trans-up*0.3 ears/@ear-trans-down*0.3 ears/@ear-rot-backward*0.6
ears/@ear-rot-forward*0.6 ears/@ear-lobe-incr*0.6 ears/@ear-shape-round
asym/asym-jaw-1-l asym/asym-jaw-1-r asym/asym-eye-3-r asym/asym-eye-5-l asym/asym-eye-5-r
asym/asym-nose-1-l asym/asym-nose-1-r asym/asym-mouth-1-l asym/asym-mouth-1-r
asym/asym-cheek-1-l asym/asym-cheek-1-r asym/asym-cheek-2-l asym/asym-cheek-2-r
asym/asym-brown-1-l asym/asym-brown-1-r
""".split()

# Standard deviations, about 0, of what brows, lashes, gaze and hairline of any child differ by.
_LOOKS = {
    "brow:thick": 0.25,
    "brow:arch": 0.25,
    "brow:synophrys": 0.16,
    "brow:no_medial": 0.14,
    "brow:no_lateral": 0.14,
    "lash:long": 0.20,
    "lash:sparse": 0.12,
    "gaze:in": 0.06,
    "skin:dark_lids": 0.25,
    "hairline:lift": 0.025,
}


def draw_identity(rng: np.random.Generator, strength: float) -> dict[str, float]:
    """Half-normal weights of the identity targets."""
    weights: dict[str, float] = {}
    for entry in _IDENTITY:
        name, _, share = entry.partition("*")
        weight = max(0.0, float(rng.normal(0, strength))) * float(share or 1)
        for side in ("l-", "r-") if "@" in name else ("",):
            weights[name.replace("@", side)] = round(weight, 4)
    return weights


def draw_looks(rng: np.random.Generator) -> dict[str, float]:
    """What brows, lashes, gaze and hairline of this child differ by from the usual."""
    return {name: round(float(rng.normal(0, spread)), 4) for name, spread in _LOOKS.items()}
