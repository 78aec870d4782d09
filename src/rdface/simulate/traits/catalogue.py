"""HPO terms the simulator can show, and what each moves: the table behind every simulated face.

An effect is `name: weight at severity 1`. Names without a prefix are MakeHuman targets, `@` in
one stands for both sides; the prefixes are `field:` (see head.fields), `point:` (see
head.point_fields), `brow:`, `lash:`, `gaze:`, `skin:`, `tongue:` and `hairline:` (read by hair and
render). Ids after the first are children or close synonyms that look the same at the resolution of
the pictures. The table holds recipes; what is rendered is their calibration, `calibrated.csv`.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rdface.simulate.traits.table import TABLE

CALIBRATED = Path(__file__).parent / "calibrated.csv"

MOST = 5.0  # largest weight of a target or a look
MOST_MILLIMETRES = 12.0  # of a displacement about a point
# Beyond these the targets fold the skin of chin and lips.
_LIMITS: Mapping[str, float] = {
    "chin/chin-triangle": 0.9,
    "chin/chin-cleft-incr": 0.9,
    "chin/chin-width-decr": 1.0,
    "mouth/mouth-lowerlip-volume-incr": 1.2,
    "mouth/mouth-upperlip-volume-incr": 1.2,
    "mouth/mouth-lowerlip-height-incr": 1.2,
}


@dataclass(frozen=True)
class Trait:
    """One visible sign: its HPO ids and its effects at severity 1."""

    name: str
    hpo: tuple[str, ...]
    effects: Mapping[str, float]


def _both_sides(effects: Mapping[str, float]) -> dict[str, float]:
    spread: dict[str, float] = {}
    for name, weight in effects.items():
        if "@" in name:
            spread |= {name.replace("@", "l-"): weight, name.replace("@", "r-"): weight}
        else:
            spread[name] = weight
    return spread


@lru_cache(maxsize=1)
def traits() -> dict[str, Trait]:
    """All traits by name, in the order of the table, with their calibrated effects."""
    effects: defaultdict[str, dict[str, float]] = defaultdict(dict)
    with CALIBRATED.open(newline="") as stream:
        for row in csv.DictReader(stream):
            effects[row["trait"]][row["effect"]] = float(row["weight"])
    return {name: Trait(name, recipe.hpo, effects[name]) for name, recipe in recipes().items()}


@lru_cache(maxsize=1)
def recipes() -> dict[str, Trait]:
    """All traits as they were sculpted, before calibration."""
    return {
        name: Trait(name, tuple(f"HP:{number}" for number in ids.split()), _both_sides(effects))
        for name, (ids, effects) in TABLE.items()
    }


@lru_cache(maxsize=1)
def trait_of_term() -> dict[str, Trait]:
    """The trait that shows an HPO term."""
    return {term: trait for trait in traits().values() for term in trait.hpo}


def shown(terms: Iterable[str]) -> tuple[str, ...]:
    """Those of the terms that the simulator can show, in their order."""
    return tuple(term for term in terms if term in trait_of_term())


def as_drawn(severities: Mapping[str, float]) -> dict[str, float]:
    """The severities that are drawn: terms that one trait shows have that of the most severe."""
    strongest: dict[str, float] = {}
    for term, severity in severities.items():
        name = trait_of_term()[term].name
        strongest[name] = max(severity, strongest.get(name, 0.0))
    return {term: strongest[trait_of_term()[term].name] for term in severities}


def effects_of(severities: Mapping[str, float]) -> dict[str, float]:
    """Add up the effects of the terms, each weighted by its severity.

    Terms shown by one trait count once (the most severe); a summed effect is held within a limit
    beyond which it would tear the mesh.

    Args:
        severities: HPO term -> severity (1 moves a trait's own measure by 2.5 SD).
    """
    strongest = {trait_of_term()[term].name: value for term, value in as_drawn(severities).items()}
    total: defaultdict[str, float] = defaultdict(float)
    for name, severity in strongest.items():
        for effect, weight in traits()[name].effects.items():
            total[effect] += severity * weight
    return {name: _held(name, weight) for name, weight in sorted(total.items())}


def _held(name: str, weight: float) -> float:
    limit = _LIMITS.get(name, MOST_MILLIMETRES if name.startswith("point:") else MOST)
    return min(max(weight, -limit), limit)
