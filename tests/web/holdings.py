"""What the tests' explorers hold beside a cohort: two runs and a scored pool."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort
from rdface.imaging import read_image
from rdface.screening import ScoreTable
from tests.bench.finished_run import write_run
from tests.screening.pools import OPTIONS, write_pool


def write_runs(root: Path, cohort: Cohort) -> None:
    """A good and a bad run on one split, by lot, and one on another split."""
    write_run(root / "tiny" / "sface__lda", cohort, backbone="sface", skill=3.0)
    write_run(root / "tiny" / "facenet__knn", cohort, learner="knn", seed=1, skill=0.0)
    write_run(root / "other" / "sface__lda", cohort, backbone="sface", split_sha256="c" * 64)


def write_scored_pool(root: Path, cohort: Cohort) -> Cohort:
    """A face for every condition, darkened; scores by lot, every other one a near copy."""
    first = cohort.images.drop_duplicates("condition")
    pairs = list(zip(first["condition"].astype(str), first["image_id"].astype(str), strict=True))
    rows = [
        (f"S-{condition}", condition, parent, read_image(cohort.path(parent)) // 2)
        for condition, parent in pairs
    ]
    pool = write_pool(cohort, root, rows, tuple(parent for _, parent in pairs))
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "image_id": list(pool.image_ids),
            "condition": pool.images["condition"].to_numpy(object),
            "condition_by": "generator",
            "face_confidence": np.array([np.nan, *rng.uniform(0.8, 1, len(pool) - 1)]),
            "condition_probability": rng.uniform(size=len(pool)),
            "nearest_training": pool.images["synthetic_of"].to_numpy(object),
            "nearest_training_distance": rng.uniform(size=len(pool)),
            "near_copy": np.arange(len(pool)) % 2 == 0,
        }
    )
    card = {
        "pool": {"name": pool.info.name, "sha256": pool.sha256},
        "options": OPTIONS.model_dump(mode="json"),
    }
    ScoreTable(frame, card).write(root.with_name(f"{root.name}.parquet"))
    return pool
