"""A simulated child, and a photograph of it: plain values, drawn from named random streams.

Every aspect draws from a stream of its own, named by the cohort's seed, the patient or image and
the aspect. So a trait cannot change a child's hair, clothes, light or background, and nothing
depends on the order in which pictures are made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ANCESTRIES = ("african", "asian", "caucasian")  # the populations MakeHuman's shapes are named by
HAIR_STYLES = ("short", "crop", "long", "bob", "back", "curly", "coily")

_IDENTITY = """
head/head-oval*0.5 head/head-round*0.5 head/head-square head/head-fat-incr head/head-fat-decr
head/head-scale-horiz-incr*0.5 head/head-scale-horiz-decr*0.5
forehead/forehead-scale-vert-incr*0.5 forehead/forehead-scale-vert-decr*0.5
forehead/forehead-temple-incr forehead/forehead-nubian-incr*0.5
eyes/@eye-height2-incr eyes/@eye-scale-incr eyes/@eye-scale-decr eyes/@eye-eyefold-up
eyes/@eye-trans-in eyes/@eye-trans-out eyes/@eye-corner2-up eyes/@eye-corner2-down
eyes/@eye-corner1-up eyes/@eye-corner1-down eyes/@eye-height1-incr eyes/@eye-height3-incr
eyes/@eye-bag-incr
eyebrows/eyebrows-trans-up eyebrows/eyebrows-trans-down
nose/nose-scale-horiz-incr nose/nose-scale-horiz-decr nose/nose-scale-vert-incr
nose/nose-scale-vert-decr nose/nose-point-up nose/nose-point-width-incr nose/nose-volume-incr
nose/nose-curve-concave nose/nose-hump-incr nose/nose-base-up nose/nose-width2-decr
nose/nose-width1-incr nose/nose-width1-decr nose/nose-septumangle-incr*0.4
nose/nose-septumangle-decr*0.4
mouth/mouth-scale-horiz-incr mouth/mouth-scale-horiz-decr mouth/mouth-upperlip-volume-incr
mouth/mouth-upperlip-height-decr mouth/mouth-lowerlip-volume-incr mouth/mouth-angles-up
mouth/mouth-cupidsbow-incr mouth/mouth-trans-up mouth/mouth-philtrum-volume-incr
mouth/mouth-philtrum-volume-decr
chin/chin-width-incr chin/chin-height-decr chin/chin-prominent-incr chin/chin-cleft-incr
chin/chin-prognathism-incr*0.5 chin/chin-prognathism-decr*0.5
cheek/@cheek-volume-incr cheek/@cheek-bones-incr ears/@ear-scale-incr ears/@ear-wing-incr
ears/@ear-trans-up*0.3 ears/@ear-trans-down*0.3 ears/@ear-rot-backward*0.6 ears/@ear-rot-forward*0.6
ears/@ear-lobe-incr*0.6
asym/asym-jaw-1-l asym/asym-jaw-1-r asym/asym-eye-3-r asym/asym-eye-5-l asym/asym-eye-5-r
asym/asym-nose-1-l asym/asym-nose-1-r asym/asym-mouth-1-l asym/asym-mouth-1-r asym/asym-cheek-1-l
asym/asym-cheek-1-r asym/asym-cheek-2-l asym/asym-cheek-2-r asym/asym-brown-1-l
asym/asym-brown-1-r
""".split()

# Standard deviations, about 0, of what brows, lashes, gaze and hairline of any child differ by.
_OWN_LOOKS = {
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

# Linear RGB. One palette for everybody; a darker skin darkens hair and iris a little.
_SKIN = {
    "caucasian": ((0.86, 0.67, 0.57), (0.78, 0.57, 0.46)),
    "asian": ((0.82, 0.65, 0.52), (0.72, 0.53, 0.39)),
    "african": ((0.52, 0.35, 0.26), (0.28, 0.17, 0.12)),
}
_HAIR = ((0.11, 0.085, 0.07), (0.21, 0.14, 0.10), (0.33, 0.22, 0.14), (0.50, 0.37, 0.24))
_HAIR_ODDS = (0.30, 0.30, 0.25, 0.15)
_IRIS = ((0.16, 0.09, 0.05), (0.25, 0.15, 0.08), (0.30, 0.26, 0.15), (0.30, 0.36, 0.40))
_IRIS_ODDS = (0.50, 0.25, 0.12, 0.13)

Colour: TypeAlias = tuple[float, float, float]


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
    style: str
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


@dataclass(frozen=True)
class View:
    """One photograph: pose in degrees, light, clothes, background, camera. Nothing of the child."""

    yaw: float
    pitch: float
    roll: float
    zoom: float
    shift: tuple[float, float]
    expression: Mapping[str, float]
    gaze: tuple[float, float]
    light_azimuth: float
    light_elevation: float
    warmth: float
    key: float
    ambient: float
    exposure: float
    shirt: Colour
    second: Colour
    stripes: float
    neckline: float
    backdrop: str
    grain: float
    quality: int
    seed: int


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A random generator that belongs to these names alone."""
    key = "/".join(str(part) for part in (seed, *names))
    digest = hashlib.sha256(key.encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32).tolist())


def linear(srgb: NDArray[np.float64] | tuple[float, ...]) -> NDArray[np.float64]:
    """Display values in 0..1 to linear light."""
    return np.asarray(np.asarray(srgb, dtype=np.float64) ** 2.2)


def _triple(values: NDArray[np.float64]) -> Colour:
    red, green, blue = (round(float(value), 5) for value in values)
    return red, green, blue


def draw_identity(rng: np.random.Generator, strength: float) -> dict[str, float]:
    """Half-normal weights of the identity targets."""
    weights: dict[str, float] = {}
    parted = abs(float(rng.normal(0, 0.05)))
    weights["expression/units/caucasian/mouth-open"] = round(parted, 4)
    for entry in _IDENTITY:
        name, _, share = entry.partition("*")  # a share of the strength where a target is large
        weight = max(0.0, float(rng.normal(0, strength))) * float(share or 1)
        for side in ("l-", "r-") if "@" in name else ("",):
            weights[name.replace("@", side)] = round(weight, 4)
    return weights


def draw_looks(rng: np.random.Generator) -> dict[str, float]:
    """What brows, lashes, gaze and hairline of this child differ by from the usual."""
    return {name: round(float(rng.normal(0, spread)), 4) for name, spread in _OWN_LOOKS.items()}


def draw_ancestry(rng: np.random.Generator) -> tuple[float, float, float]:
    """Mostly one population, often with a share of another."""
    weights = rng.dirichlet((0.35, 0.35, 0.35))
    return _triple(weights / weights.sum())


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
    odds = (
        (0.42, 0.22, 0.0, 0.02, 0.0, 0.20, 0.14)
        if male
        else (0.08, 0.02, 0.28, 0.22, 0.14, 0.16, 0.10)
    )
    return Child(
        years=years,
        male=male,
        ancestry=ancestry,
        build=round(float(np.clip(face.normal(0.05, 0.25), -0.7, 0.7)), 4),
        identity=draw_identity(face, identity_strength)
        | draw_looks(stream(seed, patient, "looks")),
        effects=dict(effects),
        skin=_triple(skin),
        hair=_triple(hair * (1 - 0.6 * dark)),
        iris=_triple(iris * (1 - 0.6 * dark)),
        style=str(look.choice(HAIR_STYLES, p=odds)),
        freckles=bool(look.uniform() < 0.2),
        look=int(look.integers(2**31)),
    )


def draw_view(seed: int, image: str) -> View:
    """Draw the circumstances of one photograph."""
    rng = stream(seed, image, "view")
    yaw = float(np.clip(rng.normal(0, 11), -30, 30))
    grey = float(rng.uniform(0.15, 0.85))
    shirt = grey + (rng.uniform(0.1, 0.9, 3) - grey) * rng.uniform(0.1, 0.55)
    second = np.clip(shirt + rng.normal(0, 0.18) + rng.normal(0, 0.06, 3), 0.05, 0.95)
    smile = float(
        rng.choice([0.0, rng.uniform(0.1, 0.3), rng.uniform(0.3, 0.6)], p=(0.35, 0.4, 0.25))
    )
    unit = "expression/units/caucasian/"
    raised = float(rng.uniform(0, 0.35))
    expression = {
        f"{unit}mouth-corner-puller": round(smile, 4),
        f"{unit}eyebrows-left-inner-up": round(0.25 + raised, 4),
        f"{unit}eyebrows-right-inner-up": round(0.25 + raised, 4),
    }
    return View(
        yaw=round(yaw, 3),
        pitch=round(float(np.clip(rng.normal(0, 5), -12, 12)), 3),
        roll=round(float(np.clip(rng.normal(0, 3), -9, 9)), 3),
        zoom=round(float(rng.uniform(0.84, 1.06)), 4),
        shift=(round(float(rng.normal(0, 0.035)), 4), round(float(rng.normal(0, 0.03)), 4)),
        expression=expression,
        gaze=(round(float(rng.normal(0, 4) - 0.6 * yaw), 3), round(float(rng.normal(0, 2.5)), 3)),
        light_azimuth=round(float(rng.uniform(-60, 60)), 2),
        light_elevation=round(float(rng.uniform(15, 55)), 2),
        warmth=round(float(rng.uniform(-0.08, 0.10)), 4),
        key=round(float(rng.uniform(5.0, 9.0)), 3),
        ambient=round(float(rng.uniform(0.22, 0.42)), 4),
        exposure=round(float(np.exp(rng.normal(0, 0.14))), 4),
        shirt=_triple(linear(np.clip(shirt, 0.05, 0.95))),
        second=_triple(linear(second)),
        stripes=round(float(rng.uniform(0.05, 0.16)), 3) if rng.uniform() < 0.35 else 0.0,
        neckline=round(float(rng.uniform(-0.08, 0.06)), 3),
        backdrop=str(rng.choice(("blur", "wall", "gradient"), p=(0.5, 0.3, 0.2))),
        grain=round(float(rng.uniform(0.003, 0.012)), 4),
        quality=int(rng.integers(80, 93)),
        seed=int(rng.integers(2**31)),
    )
