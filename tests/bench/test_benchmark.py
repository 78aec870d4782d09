"""A benchmark is worked out once, survives being killed, and comes to the same bits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from rdface.bench import Run, Spec, leaderboard, read_runs, run_benchmark
from rdface.bench import benchmark as benchmark_module
from rdface.bench.jobs import Job, Materials, do_job
from rdface.cohort import Cohort
from rdface.errors import LeakageError, RunError, UsageError
from rdface.protocols import Split

MakeSpec = Callable[..., Spec]


pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do jobs here, without worker processes, where those are not what is tested."""

    def run_jobs(jobs: list[Job], materials: Materials, *, workers: int | None = None) -> None:
        for job in jobs:
            do_job(job, materials)

    monkeypatch.setattr(benchmark_module, "run_jobs", run_jobs)


def bits(run: Run) -> tuple[bytes, bytes, object]:
    """What must not depend on how often the run was stopped."""
    return (
        (run.folder / "predictions.parquet").read_bytes(),
        (run.folder / "splits.json").read_bytes(),
        (run.result.metrics, run.result.chosen, run.result.key),
    )


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
def test_a_stopped_benchmark_goes_on_to_the_same_bits(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_spec()
    whole = run_benchmark(spec, tmp_path / "whole")
    done: list[Job] = []

    def stop_after_five(
        jobs: list[Job], materials: Materials, *, workers: int | None = None
    ) -> None:
        for job in jobs[:5]:
            do_job(job, materials)
            done.append(job)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(benchmark_module, "run_jobs", stop_after_five)
        run_benchmark(spec, tmp_path / "stopped")
    kept = {part for job in done for part in job.parts.values()}
    redone: list[Path] = []

    def note(jobs: list[Job], materials: Materials, *, workers: int | None = None) -> None:
        for job in jobs:
            redone.extend(job.parts.values())
            do_job(job, materials)

    monkeypatch.setattr(benchmark_module, "run_jobs", note)
    resumed = run_benchmark(spec, tmp_path / "stopped")
    assert kept
    assert not set(redone) & kept
    assert [bits(run) for run in resumed] == [bits(run) for run in whole]


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


def test_the_number_of_workers_changes_no_bit(make_spec: MakeSpec, tmp_path: Path) -> None:
    spec = make_spec(backbones=["pixels-test"], learners=["lda"])
    one = run_benchmark(spec, tmp_path / "one", workers=1)
    two = run_benchmark(spec, tmp_path / "two", workers=2)
    assert [bits(run) for run in one] == [bits(run) for run in two]


def _gone(group: int) -> bool:
    """Whether every process of the group ends within a few seconds."""
    for _ in range(50):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("moment", ["open", "part", "result", "predictions", "after"])
def test_whatever_a_kill_leaves_behind_is_mended(
    make_spec: MakeSpec, tmp_path: Path, moment: str
) -> None:
    """The states of a run folder between any two writes, made by hand."""
    spec = make_spec(backbones=["pixels-test"], learners=["knn"])
    (whole,) = run_benchmark(spec, tmp_path / "whole")
    (run,) = run_benchmark(spec, tmp_path / "killed")
    expected, folder = bits(whole), run.folder
    if moment == "open":  # nothing but the key and a half-written file
        for path in folder.iterdir():
            if path.name != "key.json":
                path.unlink()
        (folder / ".spec.yaml.x1").mkdir()
    elif moment == "part":  # one part is damaged, the others are missing
        (folder / "result.json").unlink()
        (folder / "parts").mkdir()
        (folder / "parts" / "fold-000.npz").write_bytes(b"PK damaged")
    elif moment == "result":  # a half-written result beside a missing one
        (folder / ".result.json.x1").mkdir()
        (folder / "result.json").rename(folder / ".result.json.x1" / "result.json")
        with pytest.raises(RunError, match="no finished run"):
            read_runs(tmp_path / "killed")
    elif moment == "predictions":
        (folder / "predictions.parquet").unlink()
    else:  # the result was written, the parts were not yet removed
        (folder / "parts").mkdir()
    (mended,) = run_benchmark(spec, tmp_path / "killed")
    assert bits(mended) == expected
    assert {path.name for path in folder.iterdir()} == {p.name for p in whole.folder.iterdir()}


@pytest.mark.usefixtures("in_process")
def test_two_processes_do_not_share_a_folder(make_spec: MakeSpec, tmp_path: Path) -> None:
    from filelock import FileLock

    (tmp_path / "runs").mkdir()
    with FileLock(tmp_path / "runs" / ".lock"), pytest.raises(RunError, match="Another process"):
        run_benchmark(make_spec(), tmp_path / "runs")


@pytest.mark.usefixtures("in_process")
def test_other_code_is_another_run(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A learner that was changed must not finish what the old one began."""
    from rdface.bench import run_folder

    run_benchmark(make_spec(), tmp_path / "runs")
    monkeypatch.setattr(run_folder, "deciding_versions", lambda: {"rdface.learners": "changed"})
    with pytest.raises(RunError, match="another code"):
        run_benchmark(make_spec(), tmp_path / "runs")


@pytest.mark.usefixtures("in_process")
def test_the_paper_protocol_keeps_its_own_seed_and_counts_its_leaks(
    make_spec: MakeSpec, make_cohort: Callable[..., Cohort], tmp_path: Path
) -> None:
    cohort = make_cohort(conditions=3, patients=4, images=4, size=16, folder="siblings")
    spec = make_spec(
        cohort=str(cohort.root),
        protocol={"name": "paper"},
        backbones=["colour-test"],
        learners=["knn"],
    )
    (run,) = run_benchmark(spec, tmp_path / "runs")
    assert run.result.seed == 42
    assert 0 < run.result.tolerated_leaks["shared patient"] <= 12


@pytest.mark.slow
def test_kill_9_loses_at_most_a_job_a_worker(make_spec: MakeSpec, tmp_path: Path) -> None:
    """A real process, really killed, again and again until it gets through."""
    spec = make_spec(
        learners=["prototype", "logistic"],
        protocol={"name": "strict", "seed": 0, "repeats": 10, "folds": 2},
    )
    (tmp_path / "spec.yaml").write_text(yaml.safe_dump(spec.model_dump(mode="json")))
    script = tmp_path / "run.py"
    script.write_text(
        "from pathlib import Path\n"
        "from tests.bench.pieces import register\n"
        "from rdface.bench import read_spec, run_benchmark\n"
        "if __name__ == '__main__':\n"
        "    register()\n"
        f"    run_benchmark(read_spec(Path({str(tmp_path / 'spec.yaml')!r})),"
        f" Path({str(tmp_path / 'killed')!r}))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    kills = 0
    for attempt in range(30):
        process = subprocess.Popen(
            [sys.executable, str(script)],
            env=environment,
            start_new_session=True,
            stderr=subprocess.PIPE,
        )
        try:
            _, errors = process.communicate(timeout=4 + attempt)
            assert process.returncode == 0, errors.decode()
            break
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)  # the parent alone: its workers must follow
            process.communicate()
            kills += 1
            assert _gone(process.pid)
    assert kills > 0
    whole = run_benchmark(spec, tmp_path / "whole")
    resumed = [Run(tmp_path / "killed" / run.folder.name) for run in whole]
    assert [bits(run) for run in resumed] == [bits(run) for run in whole]


@pytest.mark.usefixtures("in_process")
def test_a_finished_benchmark_is_not_done_again(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_spec()
    run_benchmark(spec, tmp_path / "runs")
    monkeypatch.setattr(benchmark_module, "run_jobs", lambda *_, **__: pytest.fail("done again"))
    assert len(run_benchmark(spec, tmp_path / "runs")) == 6


@pytest.mark.usefixtures("in_process")
def test_a_folder_of_another_run_is_refused_unless_fresh(
    make_spec: MakeSpec, tmp_path: Path
) -> None:
    run_benchmark(make_spec(), tmp_path / "runs")
    other = make_spec(protocol={"name": "strict", "seed": 1, "repeats": 2, "folds": 2})
    with pytest.raises(RunError, match="another split"):
        run_benchmark(other, tmp_path / "runs")
    assert run_benchmark(other, tmp_path / "runs", fresh=True)[0].result.seed == 1


@pytest.mark.usefixtures("in_process")
def test_fresh_removes_no_folder_that_is_not_a_run(make_spec: MakeSpec, tmp_path: Path) -> None:
    mine = tmp_path / "runs" / "colour-test__prototype" / "thesis.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("years of work")
    with pytest.raises(RunError, match="no run folder"):
        run_benchmark(make_spec(), tmp_path / "runs", fresh=True)
    assert mine.exists()


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
