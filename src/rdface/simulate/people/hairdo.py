"""Cut, texture and parting of a child's hair: drawn for every child from the same few lists.

Nothing here knows of ancestry, skin or condition. Sex shifts the odds of length mildly.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdface.simulate.people.draws import one_of, stream, uniform

# Cut -> odds of boys, of girls.
CUTS = {
    "buzz": (0.09, 0.03),
    "crop": (0.14, 0.06),
    "short": (0.36, 0.17),
    "mop": (0.24, 0.19),
    "bob": (0.09, 0.22),
    "long": (0.04, 0.17),
    "tail": (0.03, 0.11),
    "puffs": (0.01, 0.05),
}
TEXTURES = {"straight": 0.40, "wavy": 0.28, "curly": 0.19, "coily": 0.13}
INFANT = 1.8  # years; younger children have little hair, whatever its cut will be


@dataclass(frozen=True)
class Hairdo:
    """How the hair is worn.

    Attributes:
        cut: One of CUTS, or `down` of an infant.
        texture: One of TEXTURES.
        parting: Where the parting is, -1 at the right temple to 1 at the left one.
        fringe: Whether the front is combed down over the forehead.
        tie: How high a tail is tied: -1 at the nape to 1 at the crown.
        thick: Factor on the number of hairs.
    """

    cut: str
    texture: str
    parting: float
    fringe: bool
    tie: float
    thick: float


def draw_hairdo(seed: int, patient: str, *, male: bool, years: float) -> Hairdo:
    """The hair of a patient at an age, from a stream of its own."""
    rng = stream(seed, patient, "hairdo")
    cut = one_of(rng, {name: odds[0 if male else 1] for name, odds in CUTS.items()})
    texture = one_of(rng, TEXTURES)
    side = 1 if rng.uniform() < 0.5 else -1
    parting = side * (0.0 if rng.uniform() < 0.25 else uniform(rng, 0.25, 0.65))
    fringe = bool(rng.uniform() < (0.15 if cut in ("tail", "puffs") else 0.4))
    tie = uniform(rng, -0.6, 1.0)
    thick = uniform(rng, 0.8, 1.15)
    return Hairdo("down" if years < INFANT else cut, texture, parting, fringe, tie, thick)
