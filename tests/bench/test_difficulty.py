"""The shipped benchmark is neither solved nor noise."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.bench import Spec, run_benchmark


@pytest.mark.slow
@pytest.mark.weights
def test_the_best_frozen_backbone_is_between_noise_and_solved(tmp_path: Path) -> None:
    """Top-1 of 10 to 25 % and top-30 of 55 to 80 %, as face networks have on real children."""
    spec = Spec.model_validate(
        {
            "version": 1,
            "name": "difficulty",
            "cohort": "sim103",
            "protocol": {"name": "strict", "seed": 0, "repeats": 1, "folds": 5},
            "backbones": ["facenet", "sface", "efficientnet_lite0", "landmarks"],
            "learners": ["prototype", "knn", "logistic", "lda"],
        }
    )
    results = [run.result for run in run_benchmark(spec, tmp_path)]
    best = max(results, key=lambda result: result.metrics["top1_micro"].value)
    assert 0.10 <= best.metrics["top1_micro"].value <= 0.25
    assert 0.55 <= best.metrics["top30_micro"].value <= 0.80
