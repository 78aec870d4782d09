"""A benchmark runs every backbone with every learner, and refuses what cannot be fair."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from rdface.bench import Run, Spec, leaderboard, read_runs, run_benchmark
from rdface.cohort import Cohort
from rdface.errors import LeakageError, RunError, UsageError
from rdface.protocols import Split
from tests.bench.pieces import bits

MakeSpec = Callable[..., Spec]


pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


@pytest.mark.usefixtures("in_process")
def test_every_backbone_meets_every_learner(make_spec: MakeSpec, tmp_path: Path) -> None:
    spec = make_spec()
    runs = run_benchmark(spec, tmp_path / "runs")
    assert len(runs) == 6
    for run in runs:
        assert {path.name for path in run.folder.iterdir()} == {
            "key.json",
            "spec.yaml",
            "splits.json",
            "predictions.parquet",
            "result.json",
            "environment.json",
        }
        assert len(run.predictions) == 16 * 2
        assert run.result.metrics["top1_micro"].n == 16
        assert run.result.chance["top1_micro"] == pytest.approx(1 / 4)
        assert run.result.detection.one == 16
        split = Split.from_dict(json.loads((run.folder / "splits.json").read_text()))
        assert split.sha256 == run.result.split_sha256
        assert yaml.safe_load((run.folder / "spec.yaml").read_text())["backbones"] == [
            run.result.backbone
        ]
    assert [run.folder for run in read_runs(tmp_path / "runs")] == sorted(
        run.folder for run in runs
    )


@pytest.mark.usefixtures("in_process")
def test_a_backbone_is_the_same_alone_and_in_an_ensemble(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    spec = make_spec(learners=["logistic"])
    together = run_benchmark(spec, tmp_path / "together")
    alone = run_benchmark(
        make_spec(learners=["logistic"], backbones=["pixels-test"]), tmp_path / "alone"
    )
    assert bits(together[1]) == bits(alone[0])


@pytest.mark.usefixtures("in_process")
def test_the_paper_protocol_keeps_its_own_seed_and_counts_its_leaks(
    make_spec: MakeSpec, make_cohort: Callable[..., Cohort], tmp_path: Path
) -> None:
    cohort = make_cohort(conditions=3, patients=4, images=4, size=16, folder="siblings")
    spec = make_spec(
        cohort=str(cohort.root),
        protocol={"name": "paper"},
        quirks=["split-by-image"],
        backbones=["colour-test"],
        learners=["knn"],
    )
    (run,) = run_benchmark(spec, tmp_path / "runs")
    assert run.result.seed == 42
    assert 0 < run.result.tolerated_leaks["shared patient"] <= 12


def test_a_leaking_cohort_is_refused(make_spec: MakeSpec, tmp_path: Path) -> None:
    """One picture under two patients would be in training and test."""
    import pandas as pd

    spec = make_spec()
    root = Path(spec.cohort)
    table = pd.read_csv(root / "images.csv", dtype=str, keep_default_na=False)
    (root / table["file"][1]).write_bytes((root / table["file"][0]).read_bytes())
    table.loc[1, "sha256"] = table["sha256"][0]
    table.to_csv(root / "images.csv", index=False)
    with pytest.raises(LeakageError, match="duplicate picture"):
        run_benchmark(spec, tmp_path / "runs")


def test_a_cohort_for_evaluation_only_is_not_trained_on(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    """A cross-validation on sim103-fresh would use up what it is kept for."""
    spec = make_spec()
    told = Path(spec.cohort) / "cohort.yaml"
    told.write_text(told.read_text().replace("evaluation_only: false", "evaluation_only: true"))
    with pytest.raises(UsageError, match="evaluation only"):
        run_benchmark(spec, tmp_path / "runs")
    assert not list((tmp_path / "runs").glob("*/result.json"))


def test_unknown_names_and_options_are_refused_before_any_work(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    for changes, message in (
        ({"backbones": ["facenett"]}, "facenet"),
        ({"learners": ["protype"]}, "prototype"),
        ({"protocol": {"name": "strict", "fold": 3}}, "'fold'"),
        ({"detector": "yunett"}, "yunet"),
    ):
        with pytest.raises(UsageError) as raised:
            run_benchmark(make_spec(**changes), tmp_path / "runs")
        assert message in f"{raised.value.message} {raised.value.hint}"
    assert not (tmp_path / "runs").exists()


@pytest.mark.usefixtures("in_process")
def test_the_leaderboard_ranks_and_refuses_to_mix_splits(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    runs = run_benchmark(make_spec(), tmp_path / "a")
    rows = leaderboard(runs, by="mrr_micro")
    values = [row.metrics["mrr_micro"].value for row in rows]
    assert values == sorted(values, reverse=True)
    other = make_spec(protocol={"name": "strict", "seed": 1, "repeats": 2, "folds": 2})
    with pytest.raises(RunError, match="different splits"):
        leaderboard([*runs, *run_benchmark(other, tmp_path / "b")])
    with pytest.raises(RunError, match="same backbone and learner"):
        leaderboard([*runs, Run(runs[0].folder)])
    with pytest.raises(UsageError, match="no metric"):
        leaderboard(runs, by="accuracy")


@pytest.mark.usefixtures("in_process")
def test_who_gives_the_folder_of_a_spec_is_told_which_runs_it_holds(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    runs = run_benchmark(make_spec(), tmp_path / "a")
    with pytest.raises(RunError, match="no finished run") as error:
        Run(tmp_path / "a")
    assert all(run.folder.name in str(error.value.hint) for run in runs)
