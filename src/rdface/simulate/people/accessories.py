"""What a child wears on the head: glasses, a hair band, a cap or a headscarf. Drawn blind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdface.simulate.people.draws import Colour, linear, one_of, stream, triple, uniform

GLASSES_SHARE = 0.08
GLASSES_AGE = 3.0  # years; younger children are drawn without
_FRAMES = {"round": 0.3, "oval": 0.35, "rectangular": 0.35}
_METALS = ((0.70, 0.68, 0.66), (0.72, 0.58, 0.35), (0.25, 0.25, 0.27), (0.62, 0.42, 0.38))
_PLASTICS = (
    (0.06, 0.06, 0.07),
    (0.30, 0.17, 0.10),
    (0.14, 0.22, 0.48),
    (0.60, 0.14, 0.18),
    (0.55, 0.30, 0.52),
    (0.75, 0.72, 0.70),
    (0.15, 0.40, 0.40),
)
HEADWEAR = {"": 0.86, "band": 0.06, "cap": 0.04, "scarf": 0.04}


@dataclass(frozen=True)
class Glasses:
    """A frame; `wide` and `high` are half a lens over the distance from eye to midline."""

    shape: str
    metal: bool
    colour: Colour
    wide: float
    high: float


@dataclass(frozen=True)
class Headwear:
    """A `band`, a knitted `cap`, or a `scarf` tied at the nape."""

    kind: str
    colour: Colour
    second: Colour
    print: str


def draw_glasses(seed: int, patient: str, years: float) -> Glasses | None:
    """The patient's glasses, if any."""
    rng = stream(seed, patient, "glasses")
    worn = rng.uniform() < GLASSES_SHARE
    metal = bool(rng.uniform() < 0.45)
    colours = _METALS if metal else _PLASTICS
    colour = triple(linear(colours[int(rng.integers(len(colours)))]))
    shape = one_of(rng, _FRAMES)
    wide = uniform(rng, 0.75, 0.86)
    high = wide * {"round": 0.92, "oval": 0.74, "rectangular": 0.68}[shape]
    if not worn or years < GLASSES_AGE:
        return None
    return Glasses(shape, metal, colour, wide, round(high, 4))


def draw_headwear(seed: int, patient: str, *, male: bool) -> Headwear | None:
    """What the patient wears on the head, if anything."""
    rng = stream(seed, patient, "headwear")
    kind = one_of(rng, HEADWEAR)
    colour = linear(np.clip(rng.uniform(0.12, 0.88) + rng.normal(0, 0.12, 3), 0.06, 0.93))
    second = linear(np.clip(rng.uniform(0.1, 0.9) + rng.normal(0, 0.12, 3), 0.06, 0.93))
    pattern = one_of(rng, {"plain": 0.5, "dots": 0.25, "stripes": 0.25})
    if not kind or (male and kind == "band"):
        return None
    return Headwear(kind, triple(colour), triple(second), pattern)
