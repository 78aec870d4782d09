"""How often a condition shows a sign: conditions.csv read as probabilities."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rdface.errors import SimulationError

BANDS: Mapping[str, float] = {
    "HP:0040280": 1.0,  # obligate
    "HP:0040281": 0.90,  # very frequent, 80 to 99 %
    "HP:0040282": 0.55,  # frequent, 30 to 79 %
    "HP:0040283": 0.17,  # occasional, 5 to 29 %
    "HP:0040284": 0.025,  # very rare, 1 to 4 %
    "HP:0040285": 0.0,  # excluded
}
UNKNOWN = 0.40
"""Probability of a term whose frequency the HPO does not state: seen, but not in everybody."""


@dataclass(frozen=True)
class Term:
    """One facial HPO term of a condition with the probability that a patient shows it."""

    hpo: str
    label: str
    frequency: str
    probability: float


@dataclass(frozen=True)
class Condition:
    """One row of conditions.csv."""

    abbreviation: str
    name: str
    omim: str
    orpha_code: str
    mondo: str
    genes: str
    facial_hpo: str
    terms: tuple[Term, ...]


def probability(frequency: str) -> float:
    """Turn an HPO frequency into a probability.

    Counts n/m of mostly small case reports are pooled towards one half, (n + 1) / (m + 2); bands
    become their middle; an empty one becomes UNKNOWN.

    Raises:
        SimulationError: The text is none of these.
    """
    text = frequency.strip()
    if text in ("", "-"):
        return UNKNOWN
    if text in BANDS:
        return BANDS[text]
    try:
        if text.endswith("%"):
            value = float(text[:-1]) / 100
        else:
            shown, seen = (int(part) for part in text.split("/"))
            value = (shown + 1) / (seen + 2) if 0 <= shown <= seen else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise SimulationError(f"{frequency!r} is no HPO frequency", hint="n/m, n%, a band or empty")
    return value


def parse_terms(facial_hpo: str) -> tuple[Term, ...]:
    """Read `HP:id~label=frequency` joined by `|`; labels may hold an equals sign."""
    terms = []
    for item in filter(None, facial_hpo.split("|")):
        named, _, frequency = item.rpartition("=")
        hpo, _, label = named.partition("~")
        terms.append(Term(hpo, label, frequency, probability(frequency)))
    return tuple(terms)


@lru_cache(maxsize=1)
def all_conditions() -> tuple[Condition, ...]:
    """The 103 conditions of the package, in the order of the table."""
    text = files("rdface.simulate").joinpath("conditions.csv").read_text("utf-8")
    return tuple(
        Condition(
            row["abbr"],
            row["omim_name"],
            row["omim_id"],
            row["orpha_code"],
            row["mondo_id"],
            row["genes"],
            row["facial_hpo"],
            parse_terms(row["facial_hpo"]),
        )
        for row in csv.DictReader(text.splitlines())
    )
