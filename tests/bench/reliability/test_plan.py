"""A spec with ``reliability`` fits models that see neither calibration nor unseen images."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench import Run, Spec, read_spec, run_benchmark
from rdface.bench import benchmark as benchmark_module
from rdface.bench.jobs import Job, Materials, do_job, keep_outcomes
from rdface.bench.reliability.table import ReliabilityTable
from rdface.bench.study import open_study
from rdface.cohort import Cohort
from rdface.cohort.read import shipped_cohorts
from rdface.engines import Engine, Local
from rdface.errors import LeakageError, RunError, UsageError
from tests.bench.pieces import bits

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]
MakeSpec = Callable[..., Spec]


def as_controls(cohort: Cohort) -> str:
    """Turn a cohort into one of unaffected children."""
    for name in ("images.csv", "conditions.csv"):
        path = cohort.root / name
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table["condition"] = "UNAFFECTED"
        table.drop_duplicates("condition" if name == "conditions.csv" else "image_id").to_csv(
            path, index=False
        )
    told = cohort.root / "cohort.yaml"
    told.write_text(told.read_text().replace("name: tiny", "name: healthy"))
    return str(cohort.root)


@pytest.fixture
def judged_spec(make_spec: MakeSpec, make_cohort: Callable[..., Cohort]) -> MakeSpec:
    """A tiny spec with six controls."""
    controls = make_cohort(conditions=1, patients=6, size=16, seed=9, folder="controls")
    settings = {"unseen_parts": 3, "inner_folds": 2, "controls": as_controls(controls)}

    def make(**changes: object) -> Spec:
        return make_spec(**({"reliability": settings, "learners": ["prototype"]} | changes))

    return make


@pytest.mark.usefixtures("in_process")
def test_a_run_has_the_table_and_its_predictions_stay_what_they_were(
    judged_spec: MakeSpec, make_spec: MakeSpec, tmp_path: Path
) -> None:
    """Rows of every role, the same scores as without; and no other key without the setting."""
    runs = run_benchmark(judged_spec(), tmp_path / "with")
    plain = run_benchmark(make_spec(learners=["prototype"]), tmp_path / "without")
    for run, other in zip(runs, plain, strict=True):
        assert bits(run)[:2] == bits(other)[:2]
        assert run.result.metrics == other.result.metrics
        assert run.result.key != other.result.key
        assert other.reliability is None
        assert not (other.folder / "reliability.parquet").exists()
        table = run.reliability
        assert table is not None
        assert len(np.unique(table.model)) == 4
        # Two repeats of two folds of 16 images; each fold has a quarter of the rest inside.
        assert table.rows("closed", "test").sum() == 2 * 16
        assert table.rows("closed", "unaffected").sum() == 4 * 6
        # Two of three parts are unseen a repeat: three of four conditions.
        assert table.rows("open", "unseen").sum() == 2 * 12
        assert not table.rows("open", "unaffected").any()
        assert set(table.novelty) == {
            "mahalanobis",
            "relative_mahalanobis",
            "knn_distance",
            "probe",
        }
        unaffected = table.rows("closed", "unaffected")
        assert set(table.truth[unaffected]) == {""}
        assert all(name.startswith("healthy/") for name in table.patient_ids[unaffected])
        assert run.result.controls is not None
        assert run.result.controls.name == "healthy"
        # The probe judges all test images of the closed world, and a third of the controls.
        judged = ~np.isnan(table.novelty["probe"])
        assert judged[table.rows("closed", "test")].all()
        assert judged[unaffected].sum() == 4 * 2
        assert not judged[table.world == "open"].any()
        assert "auroc_unaffected:knn_distance" in run.result.reliability["open_set"]


def test_who_is_on_which_side_decides(judged_spec: MakeSpec) -> None:
    """Of every world and of every probe: what was scored under another deal is not taken."""
    plan = open_study(judged_spec(backbones=["pixels-test"])).reliability
    assert plan is not None and plan.probes
    first, *others = plan.worlds
    dealt = dataclasses.replace(first, choosing=first.choosing[:-1])
    probes = {number: rows._replace(test=rows.test[:-1]) for number, rows in plan.probes.items()}
    plans = [
        plan,
        dataclasses.replace(plan, worlds=(dealt, *others)),
        dataclasses.replace(plan, probes=probes),
    ]
    assert len({str(each.deciding()) for each in plans}) == 3
    again = open_study(judged_spec(backbones=["pixels-test"])).reliability
    assert again is not None and again.deciding() == plan.deciding()


@pytest.mark.usefixtures("in_process")
def test_an_unseen_condition_has_no_score_and_no_training_image(
    judged_spec: MakeSpec, tmp_path: Path
) -> None:
    """And a known one has both."""
    (run,) = run_benchmark(judged_spec(backbones=["pixels-test"]), tmp_path / "runs")
    table = run.reliability
    assert table is not None
    own = np.full(len(table), np.nan, dtype=np.float32)
    affected = table.truth_index >= 0
    own[affected] = table.scores[affected, table.truth_index[affected]]
    unseen = table.rows("open", "unseen")
    assert np.isneginf(own[unseen]).all()
    assert not table.training_count[unseen].any()
    known = affected & ~unseen
    assert np.isfinite(own[known]).all()
    assert (table.training_count[known] > 0).all()


@pytest.mark.usefixtures("in_process")
def test_a_stopped_run_goes_on_to_the_same_table(
    judged_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped among the folds of the predictions, then among the worlds; nothing is done twice."""
    spec = judged_spec(backbones=["pixels-test"])
    (whole,) = run_benchmark(spec, tmp_path / "whole")
    done: list[Path] = []

    def stop_after_three(jobs: list[Job], materials: Materials, engine: Engine) -> None:
        for number, job in enumerate(jobs):
            if number == 3:
                raise KeyboardInterrupt
            keep_outcomes(job, do_job(materials, job))
            done.extend(job.parts.values())

    monkeypatch.setattr(benchmark_module, "run_jobs", stop_after_three)
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            run_benchmark(spec, tmp_path / "stopped")
    (run,) = run_benchmark(spec, tmp_path / "stopped")
    assert len(done) == len(set(done)) == 4 + 8
    assert bits(run) == bits(whole)
    assert _table(run) == _table(whole)
    assert run.result.reliability == whole.result.reliability


@pytest.mark.usefixtures("in_process")
def test_a_lost_table_is_made_again(judged_spec: MakeSpec, tmp_path: Path) -> None:
    """A result without its table is no finished run."""
    spec = judged_spec(backbones=["pixels-test"])
    (run,) = run_benchmark(spec, tmp_path / "runs")
    before = _table(run)
    (run.folder / "reliability.parquet").unlink()
    with pytest.raises(RunError, match="cannot be read"):
        _ = Run(run.folder).reliability
    (again,) = run_benchmark(spec, tmp_path / "runs")
    assert _table(again) == before


@pytest.mark.usefixtures("in_process")
def test_other_settings_are_another_run(judged_spec: MakeSpec, tmp_path: Path) -> None:
    """The folder says that it is the reliability that differs."""
    spec = judged_spec(backbones=["pixels-test"])
    run_benchmark(spec, tmp_path / "runs")
    assert spec.reliability is not None
    other = spec.reliability.model_copy(update={"unseen_parts": 4})
    with pytest.raises(RunError, match=r"reliability \(unseen_parts, worlds\)"):
        run_benchmark(spec.model_copy(update={"reliability": other}), tmp_path / "runs")


@pytest.mark.slow
def test_the_number_of_workers_changes_no_bit(judged_spec: MakeSpec, tmp_path: Path) -> None:
    """What reliability is judged by travels to the workers, too."""
    spec = judged_spec(backbones=["pixels-test"])
    one, two = (
        run_benchmark(spec, tmp_path / str(workers), engine=Local(workers))[0] for workers in (1, 2)
    )
    assert _table(one) == _table(two)


def test_controls_that_are_no_controls_are_refused(judged_spec: MakeSpec, tmp_path: Path) -> None:
    """Patients of the cohort, its own pictures, a cohort that is kept."""
    spec = judged_spec(backbones=["pixels-test"])
    assert spec.reliability is not None
    own = spec.reliability.model_copy(update={"controls": spec.cohort})
    with pytest.raises(UsageError, match="a condition of"):
        run_benchmark(spec.model_copy(update={"reliability": own}), tmp_path / "runs")
    kept = spec.reliability.model_copy(update={"controls": "sim103-fresh"})
    with pytest.raises(UsageError, match="kept for"):
        run_benchmark(spec.model_copy(update={"reliability": kept}), tmp_path / "runs")


def test_a_control_whose_picture_is_a_patients_is_refused(
    judged_spec: MakeSpec, make_cohort: Callable[..., Cohort], tmp_path: Path
) -> None:
    """Equal seeds make equal pictures, here under other names."""
    spec = judged_spec(backbones=["pixels-test"])
    twins = make_cohort(conditions=4, patients=4, size=16, folder="twins")
    assert spec.reliability is not None
    settings = spec.reliability.model_copy(update={"controls": as_controls(twins)})
    with pytest.raises(LeakageError, match="a picture of the cohort"):
        run_benchmark(spec.model_copy(update={"reliability": settings}), tmp_path / "runs")


def test_what_cannot_be_judged_is_refused_before_any_work(
    judged_spec: MakeSpec, tmp_path: Path
) -> None:
    """Trainers, and protocols with a patient on both sides."""
    for changes, message in (
        ({"learners": ["head"], "backbones": ["pixels-test"]}, "trainer 'head'"),
        (
            {"protocol": {"name": "paper", "folds": 2}, "quirks": ["split-by-image"]},
            "protocol 'paper': one patient",
        ),
        ({"reliability": {"unseen_parts": 5}}, "4 conditions cannot"),
    ):
        with pytest.raises(UsageError, match=message):
            run_benchmark(judged_spec(**changes), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_the_shipped_spec_is_right() -> None:
    """It names pieces that are there, and settings that its cohorts can bear."""
    spec = read_spec(Path(__file__).parents[3] / "specs" / "reliability.yaml")
    assert spec.reliability is not None
    assert spec.reliability.controls in shipped_cohorts()
    assert [spec.training(learner) for learner in spec.learners] == [None] * len(spec.learners)


def _table(run: Run) -> bytes:
    assert isinstance(run.reliability, ReliabilityTable)
    return (run.folder / "reliability.parquet").read_bytes()
