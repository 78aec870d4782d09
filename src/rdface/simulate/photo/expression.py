"""What a child's face does while it is photographed, in MakeHuman's CC0 expression units.

Neutral is the commonest, as in clinical photographs. Every expression is drawn from the image's
own stream; of the child it knows the age alone, because infants hold their mouths open more often.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rdface.simulate.people.draws import one_of, uniform

UNIT = "expression/units/caucasian/"
ODDS = {
    "neutral": 0.42,
    "slight smile": 0.18,
    "smile": 0.09,
    "laugh": 0.09,
    "parted lips": 0.05,
    "serious": 0.06,
    "surprised": 0.04,
    "squint": 0.04,
    "frown": 0.03,
}
OPEN_MOUTHS = 0.22  # of infants below two years

# Unit -> range of weights; `@` stands for both sides.
_UNITS: Mapping[str, Mapping[str, tuple[float, float]]] = {
    "neutral": {"mouth-corner-puller": (0.0, 0.08)},
    "slight smile": {"mouth-corner-puller": (0.2, 0.5), "eye-@-slit": (0.0, 0.08)},
    "smile": {
        "mouth-corner-puller": (0.6, 0.95),
        "mouth-retraction": (0.1, 0.5),
        "eye-@-slit": (0.08, 0.25),
    },
    "laugh": {
        "mouth-corner-puller": (0.7, 1.1),
        "mouth-part-later": (0.3, 0.6),
        "mouth-upward-retraction": (0.15, 0.45),
        "eye-@-slit": (0.10, 0.30),
    },
    "parted lips": {"mouth-parling": (0.3, 0.9), "mouth-open": (0.0, 0.12)},
    "serious": {"mouth-compression": (0.2, 0.6), "mouth-depression": (0.0, 0.35)},
    "surprised": {
        "eyebrows-@-up": (0.4, 0.9),
        "eyebrows-@-extern-up": (0.1, 0.5),
        "eye-@-opened-up": (0.3, 0.8),
        "mouth-open": (0.05, 0.25),
    },
    "squint": {"eye-@-slit": (0.2, 0.4), "nose-compression": (0.1, 0.4)},
    "frown": {"eyebrows-@-down": (0.3, 0.7), "mouth-depression": (0.1, 0.4)},
    "open mouth": {"mouth-open": (0.20, 0.42), "mouth-corner-puller": (0.0, 0.4)},
}


def draw_expression(rng: np.random.Generator, years: float) -> tuple[str, dict[str, float]]:
    """The expression's name and its units' weights."""
    opens = rng.uniform() < OPEN_MOUTHS
    name = one_of(rng, ODDS)
    if years < 2 and opens:
        name = "open mouth"
    weights: dict[str, float] = {}
    for unit, (low, high) in _UNITS[name].items():
        weights |= _sided(unit, uniform(rng, low, high))
    raised = uniform(rng, 0.15, 0.5) if name not in ("frown", "serious") else 0.1
    for unit, weight in _sided("eyebrows-@-inner-up", raised).items():
        weights[unit] = weights.get(unit, 0.0) + weight
    return name, weights


def _sided(unit: str, weight: float) -> dict[str, float]:
    sides = ("left", "right") if "@" in unit else ("",)
    return {UNIT + unit.replace("@", side): weight for side in sides}


# How far a unit parts the lips at weight 1, relative to `mouth-open` (by the lips' own vertices).
_PARTING = {
    "mouth-open": 1.0,
    "mouth-part-later": 0.6,
    "mouth-upward-retraction": 0.3,
    "mouth-depression-retraction": 0.3,
    "mouth-parling": 0.25,
}


def lips_part(*weights: Mapping[str, float]) -> float:
    """How far the lips part by expression and traits together; 1 as wide as `mouth-open`."""
    return sum(
        share * part.get(UNIT + name, 0.0) for part in weights for name, share in _PARTING.items()
    )
