"""The whole way on small faces: pools, embeddings, ranks, files; stopped, it goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rdface.bench.augmentation import (
    AugmentationPlan,
    GeneratorPlan,
    read_memory,
    run_augmentation,
    write_study,
)
from rdface.bench.augmentation import study as study_module
from rdface.engines.inline import Inline
from rdface.errors import UsageError
from tests.bench.pieces import register
from tests.synthesis.conftest import part_of

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> AugmentationPlan:
    """Three conditions of the shipped cohort, seen by a backbone of a few lines."""
    register()
    root = tmp_path_factory.mktemp("cohort")
    part_of("sim103", 3, 5, root)
    return AugmentationPlan(
        cohort=str(root),
        controls=None,
        backbones=("pixels-test",),
        identity="pixels-test",
        learners=("prototype",),
        regimes=(1,),
        counts=(1, 2),
        folds=2,
        generators=(GeneratorPlan(name="classic", options={"size": 48}, controls=False),),
    )


def test_a_study_that_was_stopped_goes_on_to_the_same_ranks(
    plan: AugmentationPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two parts are lost, one is made anew from its pool; the ranks are equal to the bit."""
    out = tmp_path / "study"
    whole = run_augmentation(plan, out, engine=Inline())
    found = write_study(whole, out)
    assert {line.arm for line in found.lines} >= {"real only", "real + synthetic"}
    for name in ("augmentation.csv", "augmentation.json", "augmentation.parquet", "ranks.parquet"):
        assert (out / name).is_file()
    assert read_memory(out)["auc"].between(0, 1).all()
    parts = sorted((out / "parts").glob("*.parquet"))
    for path in parts[:2]:
        path.unlink()
    done: list[str] = []
    real = study_module.do_job

    def note(material: object, job: study_module.Job, *where: object) -> object:
        done.append(job.name)
        return real(material, job, *where)  # type: ignore[arg-type]

    monkeypatch.setattr(study_module, "do_job", note)
    again = run_augmentation(plan, out, engine=Inline())
    assert len(done) == 2
    pd.testing.assert_frame_equal(whole, again)


@pytest.mark.parametrize(
    ("generator", "what"),
    [
        ({"name": "morph", "options": {"jitter": -1}}, "jitter"),
        ({"name": "morph", "options": {"surprise": 1}}, "surprise"),
        ({"name": "fastgan"}, "knows no conditions"),
    ],
)
def test_a_generator_that_cannot_be_is_refused_before_any_work(
    plan: AugmentationPlan, tmp_path: Path, generator: dict[str, Any], what: str
) -> None:
    """In words, and nothing is written."""
    wrong = plan.model_copy(update={"generators": (GeneratorPlan(**generator),)})
    with pytest.raises(UsageError, match=what):
        run_augmentation(wrong, tmp_path / "study", engine=Inline())
    assert not (tmp_path / "study").exists()
