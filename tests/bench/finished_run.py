"""A finished run with scores drawn by lot."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rdface.bench import CohortReference, Detection, Predictions, RunResult, write_result
from rdface.bench.measure import chance_level, measure
from rdface.cohort import Cohort


def predict(cohort: Cohort, *, seed: int, skill: float, repeats: int = 2) -> Predictions:
    """Scores of every image: noise, and ``skill`` more for the truth."""
    rng = np.random.default_rng(seed)
    images, n = cohort.images, len(cohort)
    truth = np.tile(images["condition"].to_numpy(dtype=object), repeats)
    column = [cohort.condition_ids.index(name) for name in truth]
    scores = rng.normal(size=(repeats * n, len(cohort.condition_ids)))
    scores[np.arange(repeats * n), column] += skill
    return Predictions(
        image_ids=np.tile(images["image_id"].to_numpy(dtype=object), repeats),
        patient_ids=np.tile(images["patient_id"].to_numpy(dtype=object), repeats),
        truth=truth,
        repeat=np.repeat(np.arange(repeats), n),
        fold=np.zeros(repeats * n, dtype=np.int64),
        training_count=np.tile(np.arange(n) % 4 + 1, repeats),
        conditions=cohort.condition_ids,
        scores=scores.astype(np.float32),
    )


def write_run(
    folder: Path,
    cohort: Cohort,
    *,
    backbone: str = "facenet",
    learner: str = "lda",
    seed: int = 0,
    skill: float = 1.0,
    **changes: object,
) -> Path:
    """Write a finished run; keyword arguments change its result."""
    predictions = predict(cohort, seed=seed, skill=skill)
    predictions.to_parquet(folder / "predictions.parquet")
    (folder / "spec.yaml").write_text(
        f"version: 1\nname: tiny\ncohort: {cohort.root}\nprotocol: {{name: strict}}\n"
        f"backbones: [{backbone}]\nlearners: [{learner}]\n"
    )
    info = cohort.info
    result = RunResult(
        key="0" * 64,
        task="closed-set recognition",
        name="tiny",
        cohort=CohortReference(name=info.name, version=info.version, sha256=cohort.sha256),
        protocol={"name": "strict", "seed": 0},
        split_sha256="a" * 64,
        seed=0,
        backbone=backbone,
        fingerprints={backbone: "b" * 64},
        learner=learner,
        metrics=measure(predictions),
        chance=chance_level(predictions),
        train_only_conditions=(),
        tolerated_leaks={},
        detection=Detection(detector="yunet", one=9, several=2, none=1),
        chosen={f"{backbone}: shrinkage 0.5": 3, f"{backbone}: shrinkage 0.1": 1},
        seconds=1.5,
        peak_memory_mb=321.0,
        versions={"rdface": "0.1.0", "python": "3.11.2"},
    )
    write_result(folder, result.model_copy(update=changes))
    return folder
