"""Tables of reliability made in place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rdface.bench.reliability.table import ReliabilityTable

N_CONDITIONS = 6


def made_images(n_patients: int = 120, seed: int = 0) -> pd.DataFrame:
    """A cohort's table: every third patient has two images, one in twenty no ancestry."""
    rng = np.random.default_rng(seed)
    rows = [
        {
            "image_id": f"i{patient}.{number}",
            "patient_id": f"p{patient}",
            "condition": f"C{patient % N_CONDITIONS}",
            "sex": "female" if patient % 2 else "male",
            "age": f"P{rng.integers(1, 17)}Y",
            "ancestry": "" if patient % 20 == 0 else ("asian", "european")[patient % 2],
            "country": "CA",
            "synthetic_of": "",
        }
        for patient in range(n_patients)
        for number in range(1 + (patient % 3 == 0))
    ]
    return pd.DataFrame(rows)


def made_table(
    images: pd.DataFrame, *, repeats: int = 2, skill: float = 1.5, seed: int = 0
) -> ReliabilityTable:
    """Two folds a repeat; half of the others calibrate. Scores are noise plus skill."""
    rng = np.random.default_rng(seed)
    parts = []
    patients = images["patient_id"].unique()
    for repeat in range(repeats):
        for fold, test in enumerate(np.array_split(rng.permutation(patients), 2)):
            rest = rng.permutation(np.setdiff1d(patients, test))
            for role, who in (("calibration", rest[: len(rest) // 2]), ("test", test)):
                part = images[images["patient_id"].isin(set(who))]
                parts.append(part.assign(repeat=repeat, fold=fold, role=role))
    rows = pd.concat(parts, ignore_index=True)
    conditions = tuple(f"C{number}" for number in range(N_CONDITIONS))
    truth = rows["condition"].to_numpy(dtype=object)
    scores = rng.normal(size=(len(rows), N_CONDITIONS))
    scores[np.arange(len(rows)), [conditions.index(name) for name in truth]] += skill
    return ReliabilityTable(
        image_ids=rows["image_id"].to_numpy(dtype=object),
        patient_ids=rows["patient_id"].to_numpy(dtype=object),
        truth=truth,
        repeat=rows["repeat"].to_numpy(dtype=np.int64),
        fold=rows["fold"].to_numpy(dtype=np.int64),
        training_count=rng.integers(1, 7, size=len(rows)),
        world=np.full(len(rows), "closed", dtype=object),
        role=rows["role"].to_numpy(dtype=object),
        conditions=conditions,
        scores=(5 * scores).astype(np.float32),
    )
