"""Facial HPO terms for conditions that are known by abbreviation only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import yaml

from rdface.cohort.read import shipped_folder

_FROM = "sim103"


@dataclass(frozen=True)
class Terms:
    """Facial terms of conditions.

    Attributes:
        of: Condition -> ``facial_hpo``; empty where nothing is known.
        release: Release of the Human Phenotype Ontology.
        notes: What the user must know.
    """

    of: dict[str, str]
    release: str
    notes: tuple[str, ...]

    @property
    def used(self) -> bool:
        """Whether any condition has terms."""
        return any(self.of.values())


def shipped_terms(orpha_of: Mapping[str, str]) -> Terms:
    """Take the terms of the shipped ``sim103`` where abbreviations are the same.

    One abbreviation may stand for two diseases, so terms are left out where both tables have an
    Orphanet code and the codes differ.

    Args:
        orpha_of: Condition (abbreviation) -> ``ORPHA:n``, or empty.
    """
    folder = shipped_folder(_FROM)
    shipped = pd.read_csv(folder / "conditions.csv", dtype=str, keep_default_na=False)
    known = {row["condition"]: row for row in shipped.to_dict("records")}
    of, other, missing = {}, [], []
    for condition, orpha in orpha_of.items():
        row = known.get(condition)
        of[condition] = ""
        if row is None:
            missing.append(condition)
        elif orpha and row["orpha_code"] and orpha != row["orpha_code"]:
            other.append(f"{condition} ({orpha}, there {row['orpha_code']})")
        else:
            of[condition] = str(row["facial_hpo"])
    notes = []
    if other:
        notes.append(
            f"facial_hpo is left empty where the abbreviation is another disease in {_FROM}: "
            + ", ".join(other)
            + "."
        )
    if missing:
        notes.append(f"facial_hpo is empty for what {_FROM} does not have: {', '.join(missing)}.")
    about = yaml.safe_load((folder / "cohort.yaml").read_text(encoding="utf-8"))
    return Terms(of, str(about["hpo_release"]), tuple(notes))
