"""A simulated child, and a photograph of it: plain values, drawn from named random streams.

Every aspect draws from a stream of its own, named by the cohort's seed, the patient or image and
the aspect. So a trait cannot change a child's hair, clothes, light or background, and nothing
depends on the order in which pictures are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rdface.simulate.people.accessories import Glasses, Headwear, draw_glasses, draw_headwear
from rdface.simulate.people.draws import Colour, linear, stream, triple
from rdface.simulate.people.hairdo import Hairdo, draw_hairdo
from rdface.simulate.people.identity import draw_identity, draw_looks
from rdface.simulate.photo.view import View, draw_view

__all__ = ["ANCESTRIES", "Child", "View", "draw_child", "draw_view", "linear", "stream"]

ANCESTRIES = ("african", "asian", "caucasian")  # the populations MakeHuman's shapes are named by

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
        identity: MakeHuman targets and looks (names with a colon, see traits.catalogue) that make
            this face its own, without any trait.
        effects: What the patient's traits move; empty for an unaffected child.
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
        iris=triple(iris * (1 - 0.3 * dark)),
        hairdo=draw_hairdo(seed, patient, male=male, years=years),
        glasses=draw_glasses(seed, patient, years),
        headwear=draw_headwear(seed, patient, male=male),
        freckles=bool(look.uniform() < 0.2),
        look=int(look.integers(2**31)),
    )
