"""The 103 conditions that can be simulated: conditions.csv with its provenance in README.md."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rdface.cohort import FacialTerm, parse_facial_hpo


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
    terms: tuple[FacialTerm, ...]


@lru_cache(maxsize=1)
def all_conditions() -> tuple[Condition, ...]:
    """The conditions of the package, in the order of the table."""
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
            parse_facial_hpo(row["facial_hpo"]),
        )
        for row in csv.DictReader(text.splitlines())
    )
