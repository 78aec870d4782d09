"""The two tables of a simulated cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from rdface.simulate.people.plan import Plan


def image_table(plan: Plan, notes: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a picture, all strings.

    Beside the standard columns: `yaw` and `pitch` of the camera in degrees; `head_x`, `head_y`,
    `head_rx`, `head_ry`, the ellipse in pixels that bounds the head *without* its traits (it
    follows from the unaffected head and the camera, so it tells nothing of the condition);
    `hpo_terms_unshown`, terms drawn for the patient that the simulator cannot show;
    `hpo_severity`, how strongly each shown term is drawn (1 moves its measure by 2.5 SD);
    `expression`, `light` and `film` of the photograph.
    """
    rows = [
        {
            "image_id": shot.image_id,
            "file": f"images/{shot.image_id}.jpg",
            "patient_id": shot.patient_id,
            "condition": shot.condition,
            "sex": "male" if shot.child.male else "female",
            "age": shot.age,
            "ancestry": shot.ancestry,
            "country": shot.country,
            "source": "rdface simulator",
            "consent": "not applicable (simulated)",
            "hpo_terms": "|".join(shot.terms),
            "hpo_terms_unshown": "|".join(shot.unshown),
            "hpo_severity": "|".join(
                f"{term}={value:.2f}" for term, value in shot.severities.items()
            ),
            "expression": shot.view.mood,
            "light": shot.view.light,
            "film": shot.view.film.kind,
            "yaw": f"{shot.view.yaw:.1f}",
            "pitch": f"{shot.view.pitch:.1f}",
            "head_x": str(note["x"]),
            "head_y": str(note["y"]),
            "head_rx": str(note["rx"]),
            "head_ry": str(note["ry"]),
        }
        for shot, note in zip(plan.shots, notes, strict=True)
    ]
    return pd.DataFrame(rows, dtype=str)


def condition_table(plan: Plan) -> pd.DataFrame:
    """One row a condition, all strings."""
    rows = [
        {
            "condition": condition.abbreviation,
            "name": condition.name,
            "omim_id": condition.omim,
            "orpha_code": condition.orpha_code,
            "genes": condition.genes,
            "facial_hpo": condition.facial_hpo,
            "mondo_id": condition.mondo,
        }
        for condition in plan.conditions
    ]
    return pd.DataFrame(rows, dtype=str)
