"""A finished run of real pieces in all but their size."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.bench import Run, Spec, run_benchmark
from rdface.bench import benchmark as benchmark_module
from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.engines.inline import Inline
from tests.bench.pieces import register

MakeRun = Callable[..., Run]


@pytest.fixture
def make_run(
    make_cohort: Callable[..., Cohort],
    own_cache: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> MakeRun:
    """Run one learner on four conditions of four patients; keys of cohort.yaml can be given."""
    register()

    monkeypatch.setattr(benchmark_module, "Local", Inline)

    def make(learner: str = "lda", *, rare: int = 0, **keys: object) -> Run:
        """``rare``: so many patients of the first condition are left; 0 for all."""
        tiny = make_cohort(conditions=4, patients=6, size=16)
        images = tiny.images
        if rare:
            gone = (images["condition"] == "C0") & (images.groupby("condition").cumcount() >= rare)
            images = images[~gone]
        info = CohortInfo.model_validate(tiny.info.model_dump() | keys)
        write_cohort(tiny.root, info, images, tiny.conditions)
        spec = Spec.model_validate(
            {
                "version": 1,
                "name": "tiny",
                "cohort": str(load_cohort(tiny.root).root),
                "detector": "whole-test",
                "protocol": {"name": "strict", "repeats": 1, "folds": 2},
                "backbones": ["pixels-test"],
                "learners": [learner],
            }
        )
        (run,) = run_benchmark(spec, tmp_path / "runs")
        return run

    return make
