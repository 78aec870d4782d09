"""Evidence made of numbers, so that each check can be asked about what it is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort, CohortInfo
from rdface.curation.quality import CHECKS, Evidence, Finding, Thresholds
from rdface.curation.quality.face_regions import COLUMNS
from rdface.curation.quality.looks import HASHES, SINGLE, TEXT, Looks
from rdface.curation.quality.person_threshold import PersonThreshold
from rdface.curation.quality.picture_hashes import WORDS
from rdface.faces import FaceTable
from rdface.faces.table import NUMBERS


def evidence(n: int = 4, *, dim: int = 8, seed: int = 0, **columns: list[object]) -> Evidence:
    """``n`` sound pictures of ``n`` girls and boys; ``columns`` replace those of the table."""
    rng = np.random.default_rng(seed)
    images = pd.DataFrame(
        {
            "image_id": [f"i{k}" for k in range(n)],
            "file": [f"images/i{k}.jpg" for k in range(n)],
            "sha256": [f"{k:064x}" for k in range(n)],
            "patient_id": [f"p{k}" for k in range(n)],
            "condition": "A",
            "sex": [("female", "male")[k % 2] for k in range(n)],
            "age": [f"P{4 + k % 9}Y" for k in range(n)],
            "synthetic_of": "",
        }
    ).assign(**columns)
    conditions = pd.DataFrame({"condition": ["A", "B"], "name": ["a", "b"], "omim_id": ""})
    info = CohortInfo(name="told", version="1", licence="CC0-1.0", simulated=True)
    frame = pd.DataFrame({"image_id": images["image_id"], "status": "one", "n_faces": 1})
    frame = pd.concat([frame, pd.DataFrame(np.ones((n, len(NUMBERS))), columns=NUMBERS)], axis=1)
    single = np.tile([-1.0, 1.0, 0.0, 0.0, 0.0, 60.0], (n, 1))
    hashes = rng.integers(0, 2**16, (n, len(HASHES) * WORDS))
    rows = np.concatenate([hashes, single, rng.normal(size=(n, len(COLUMNS)))], axis=1)
    looks = Looks(rows.astype(np.float32), np.zeros((n, len(TEXT)), np.float32), "told")
    seen = Evidence(
        Cohort(Path("nowhere"), info, images, conditions),
        FaceTable(frame),
        looks,
        rng.normal(size=(n, dim)).astype(np.float32),
        "sface",
        Thresholds(),
        PersonThreshold(0.95, 1e-4, 0.7, "told"),
    )
    seen.__dict__["same_pictures"] = ()  # there are no pictures to lay on each other
    return seen


def tell(seen: Evidence, name: str, row: int, value: float) -> None:
    """Change one number of a look."""
    if name in TEXT:
        seen.looks.texts[row, TEXT.index(name)] = value
    else:
        seen.looks.rows[row, len(HASHES) * WORDS + SINGLE.index(name)] = value


def found(seen: Evidence, check: str) -> list[Finding]:
    """What a check finds."""
    return list(CHECKS.get(check).run(seen))
