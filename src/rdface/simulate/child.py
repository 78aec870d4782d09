"""A simulated child, and a photograph of it: plain values, drawn from named random streams.

Every aspect draws from a stream of its own, named by the cohort's seed, the patient or image and
the aspect. So a trait cannot change a child's hair, clothes, light or background, and nothing
depends on the order in which pictures are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rdface.simulate.accessories import Glasses, Headwear, draw_glasses, draw_headwear
from rdface.simulate.draws import Colour, linear, stream, triple
from rdface.simulate.hairdo import Hairdo, draw_hairdo
from rdface.simulate.view import View, draw_view

__all__ = ["ANCESTRIES", "Child", "View", "draw_child", "draw_view", "linear", "stream"]

ANCESTRIES = ("african", "asian", "caucasian")  # the populations MakeHuman's shapes are named by

_IDENTITY = """
head/head-oval head/head-round head/head-square head/head-fat-incr head/head-fat-decr
head/head-scale-horiz-incr head/head-scale-horiz-decr head/head-triangular head/head-diamond
forehead/forehead-scale-vert-incr forehead/forehead-temple-incr forehead/forehead-nubian-incr
eyes/@eye-height2-incr eyes/@eye-scale-incr eyes/@eye-scale-decr eyes/@eye-eyefold-up
eyes/@eye-trans-in eyes/@eye-trans-out eyes/@eye-corner2-up eyes/@eye-corner2-down
eyes/@eye-bag-incr eyes/@eye-eyefold-down eyes/@eye-height2-decr
eyebrows/eyebrows-trans-up eyebrows/eyebrows-trans-down eyebrows/eyebrows-angle-up
nose/nose-scale-horiz-incr nose/nose-scale-horiz-decr nose/nose-scale-vert-incr
nose/nose-scale-vert-decr nose/nose-point-up nose/nose-point-width-incr nose/nose-volume-incr
nose/nose-curve-concave nose/nose-hump-incr nose/nose-base-up nose/nose-width2-decr
nose/nose-curve-convex nose/nose-point-down nose/nose-flaring-incr nose/nose-greek-incr
mouth/mouth-scale-horiz-incr mouth/mouth-scale-horiz-decr mouth/mouth-upperlip-volume-incr
mouth/mouth-upperlip-height-decr mouth/mouth-lowerlip-volume-incr mouth/mouth-angles-up
mouth/mouth-cupidsbow-incr mouth/mouth-trans-up mouth/mouth-lowerlip-height-decr
mouth/mouth-philtrum-volume-incr mouth/mouth-dimples-in
chin/chin-width-incr chin/chin-height-decr chin/chin-prominent-incr chin/chin-cleft-incr
chin/chin-width-decr chin/chin-height-incr chin/chin-triangle chin/chin-bones-incr
cheek/@cheek-volume-incr cheek/@cheek-bones-incr cheek/@cheek-inner-incr cheek/@cheek-volume-decr
ears/@ear-scale-incr ears/@ear-wing-incr ears/@ear-lobe-incr ears/@ear-scale-decr
ears/@ear-wing-decr ears/@ear-shape-round
asym/asym-jaw-1-l asym/asym-eye-3-r asym/asym-nose-1-l
""".split()

# Standard deviations, about 0, of what brows, lashes, gaze and hairline of any child differ by.
_OWN_LOOKS = {
    "brow:thick": 0.25,
    "brow:arch": 0.25,
    "lash:long": 0.20,
    "gaze:in": 0.06,
    "skin:dark_lids": 0.25,
    "hairline:lift": 0.025,
}

# sRGB. One palette for everybody; hair never follows the skin, and a dark iris only a little.
_SKIN = {
    "caucasian": ((0.86, 0.67, 0.57), (0.78, 0.57, 0.46)),
    "asian": ((0.82, 0.65, 0.52), (0.72, 0.53, 0.39)),
    "african": ((0.52, 0.35, 0.26), (0.28, 0.17, 0.12)),
}
_HAIR = (
    (0.11, 0.085, 0.07),
    (0.21, 0.14, 0.10),
    (0.31, 0.21, 0.14),
    (0.44, 0.32, 0.21),
    (0.60, 0.48, 0.33),
    (0.42, 0.21, 0.12),
)
_HAIR_ODDS = (0.30, 0.28, 0.21, 0.11, 0.06, 0.04)
_IRIS = ((0.16, 0.09, 0.05), (0.25, 0.15, 0.08), (0.30, 0.26, 0.15), (0.30, 0.36, 0.40))
_IRIS_ODDS = (0.50, 0.25, 0.12, 0.13)


@dataclass(frozen=True)
class Child:
    """One patient at one age. Colours are linear RGB.

    Attributes:
        ancestry: Weights of ANCESTRIES, summing to 1.
        build: -1 thin to 1 heavy.
        identity: MakeHuman targets and looks (names with a colon, see traits) that make this face
            its own, without any trait.
        effects: What the patient's traits move (see traits); empty for an unaffected child.
        look: Seed of hair strands and skin mottling.
    """

    years: float
    male: bool
    ancestry: tuple[float, float, float]
    build: float
    identity: Mapping[str, float]
    effects: Mapping[str, float]
    skin: Colour
    hair: Colour
    iris: Colour
    hairdo: Hairdo
    glasses: Glasses | None
    headwear: Headwear | None
    freckles: bool
    look: int

    @property
    def looks(self) -> dict[str, float]:
        """Brows, lashes, gaze, skin, hairline: what identity and traits add up to, by name."""
        names = {name for part in (self.identity, self.effects) for name in part if ":" in name}
        return {
            name: self.identity.get(name, 0.0) + self.effects.get(name, 0.0)
            for name in sorted(names)
        }


def draw_identity(rng: np.random.Generator, strength: float) -> dict[str, float]:
    """Half-normal weights of the identity targets; asymmetry is kept small."""
    weights: dict[str, float] = {}
    for name in _IDENTITY:
        weight = max(0.0, float(rng.normal(0, strength)))
        weight *= 0.5 if name.startswith("asym") else 1.0
        for side in ("l-", "r-") if "@" in name else ("",):
            weights[name.replace("@", side)] = round(weight, 4)
    return weights


def draw_looks(rng: np.random.Generator) -> dict[str, float]:
    """What brows, lashes, gaze and hairline of this child differ by from the usual."""
    return {name: round(float(rng.normal(0, spread)), 4) for name, spread in _OWN_LOOKS.items()}


def draw_ancestry(rng: np.random.Generator) -> tuple[float, float, float]:
    """Mostly one population, often with a share of another."""
    weights = rng.dirichlet((0.35, 0.35, 0.35))
    return triple(weights / weights.sum())


def draw_child(
    seed: int,
    patient: str,
    *,
    male: bool,
    years: float,
    effects: Mapping[str, float],
    identity_strength: float,
) -> Child:
    """Everything of a patient that stays the same in all pictures, except the age."""
    face = stream(seed, patient, "face")
    look = stream(seed, patient, "look")
    ancestry = draw_ancestry(stream(seed, patient, "ancestry"))
    place = look.uniform()
    tones = [
        linear(a) + (linear(b) - linear(a)) * place for a, b in (_SKIN[name] for name in ANCESTRIES)
    ]
    skin = np.sum([share * tone for share, tone in zip(ancestry, tones, strict=True)], axis=0)
    dark = 1 - np.clip(skin.mean() / 0.40, 0, 1)
    hair = linear(_HAIR[look.choice(len(_HAIR), p=_HAIR_ODDS)]) * look.uniform(0.85, 1.15)
    iris = linear(_IRIS[look.choice(len(_IRIS), p=_IRIS_ODDS)])
    return Child(
        years=years,
        male=male,
        ancestry=ancestry,
        build=round(float(np.clip(face.normal(0.05, 0.25), -0.7, 0.7)), 4),
        identity=draw_identity(face, identity_strength)
        | draw_looks(stream(seed, patient, "looks")),
        effects=dict(effects),
        skin=triple(skin),
        hair=triple(hair),
        iris=triple(iris * (1 - 0.45 * dark)),
        hairdo=draw_hairdo(seed, patient, male=male, years=years),
        glasses=draw_glasses(seed, patient, years),
        headwear=draw_headwear(seed, patient, male=male),
        freckles=bool(look.uniform() < 0.2),
        look=int(look.integers(2**31)),
    )
