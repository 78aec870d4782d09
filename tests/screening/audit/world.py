"""Sides of an audit made in place: tables of people, no pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort, CohortInfo
from rdface.screening.audit.sides import Side, Sides


def cohort_of(
    conditions: list[str], patients: list[str], *, prefix: str = "", **columns: list[str]
) -> Cohort:
    """A cohort without pictures; ids are counted."""
    n = len(conditions)
    ids = [f"{prefix}{k:03d}" for k in range(n)]
    images = pd.DataFrame(
        {
            "image_id": ids,
            "file": [f"{name}.png" for name in ids],
            "sha256": [f"{prefix}{k:064d}"[-64:] for k in range(n)],
            "patient_id": patients,
            "condition": conditions,
            "sex": [""] * n,
            "age": ["P5Y"] * n,
            "synthetic_of": [""] * n,
        }
        | columns
    )
    names = sorted(set(conditions))
    listed = pd.DataFrame(
        {
            "condition": names,
            "name": [f"Condition {name}" for name in names],
            "facial_hpo": ["HP:0000316~Hypertelorism=9/10" for _ in names],
        }
    )
    info = CohortInfo(name=f"{prefix}cohort", version="1", licence="CC0-1.0", simulated=True)
    return Cohort(Path("nowhere"), info, images, listed)


def sides_of(
    n_conditions: int = 6, *, training: int = 4, held_out: int = 2, synthetic: int = 8
) -> Sides:
    """So many people a condition with one picture each, and so many generated faces."""

    def side(count: int, prefix: str) -> Side:
        conditions = [f"C{c}" for c in range(n_conditions) for _ in range(count)]
        return Side(
            cohort_of(conditions, [f"{prefix}{k}" for k in range(len(conditions))], prefix=prefix)
        )

    taught, others = side(training, "t"), side(held_out, "h")
    return Sides(side(synthetic, "s"), taught, others, taught.cohort)


def gaussians(
    sides: Sides, *, shift: float = 0.0, seed: int = 0, dim: int = 8
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Embeddings of a backbone ``toy``: standard normal, the generated ones shifted."""
    rng = np.random.default_rng(seed)
    made = [
        {"toy": rng.normal(size=(len(side), dim)) + (shift if side is sides.synthetic else 0.0)}
        for side in (sides.synthetic, sides.training, sides.held_out)
    ]
    return made[0], made[1], made[2]
