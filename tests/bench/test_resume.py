"""A benchmark that was stopped or killed goes on, to the same bits."""

from __future__ import annotations

import glob
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from rdface.bench import Run, Spec, read_runs, run_benchmark
from rdface.bench import benchmark as benchmark_module
from rdface.bench.jobs import Job, Materials, do_job, keep_outcomes
from rdface.engines import Engine, Local
from rdface.errors import RunError
from tests.bench.pieces import bits

MakeSpec = Callable[..., Spec]


pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


@pytest.mark.usefixtures("in_process")
def test_a_stopped_benchmark_goes_on_to_the_same_bits(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_spec()
    whole = run_benchmark(spec, tmp_path / "whole")
    done: list[Job] = []

    def stop_after_five(jobs: list[Job], materials: Materials, engine: Engine) -> None:
        for job in jobs[:5]:
            keep_outcomes(job, do_job(materials, job))
            done.append(job)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(benchmark_module, "run_jobs", stop_after_five)
        run_benchmark(spec, tmp_path / "stopped")
    kept = {part for job in done for part in job.parts.values()}
    redone: list[Path] = []

    def note(jobs: list[Job], materials: Materials, engine: Engine) -> None:
        for job in jobs:
            redone.extend(job.parts.values())
            keep_outcomes(job, do_job(materials, job))

    monkeypatch.setattr(benchmark_module, "run_jobs", note)
    resumed = run_benchmark(spec, tmp_path / "stopped")
    assert kept
    assert not set(redone) & kept
    assert [bits(run) for run in resumed] == [bits(run) for run in whole]


def test_the_number_of_workers_changes_no_bit(make_spec: MakeSpec, tmp_path: Path) -> None:
    spec = make_spec(backbones=["pixels-test"], learners=["lda"])
    one = run_benchmark(spec, tmp_path / "one", engine=Local(1))
    two = run_benchmark(spec, tmp_path / "two", engine=Local(2))
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


def _finished_folds(root: Path, folds: int = 20) -> set[tuple[str, str]]:
    """Run and fold of all that is finished; a run with a result has dropped its parts."""
    # Unlike Path.glob, glob.glob bears folders that vanish while it looks into them.
    found = [Path(path) for path in glob.glob(f"{root}/*/parts/fold-*.npz")]
    parts = {(part.parents[1].name, part.stem) for part in found}
    runs = [Path(path).parent.name for path in glob.glob(f"{root}/*/result.json")]
    return parts | {(run, f"fold-{fold:03d}") for run in runs for fold in range(folds)}


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
    from rdface.bench import identity

    run_benchmark(make_spec(), tmp_path / "runs")
    monkeypatch.setattr(identity, "deciding_versions", lambda: {"rdface.learners": "changed"})
    with pytest.raises(RunError, match="another code"):
        run_benchmark(make_spec(), tmp_path / "runs")


@pytest.mark.slow
def test_kill_9_loses_nothing_that_was_finished(make_spec: MakeSpec, tmp_path: Path) -> None:
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
    errors = tmp_path / "errors.txt"
    done = set[Path]()
    for _ in range(3):  # killed when something new was finished, however fast the machine is
        with errors.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, str(script)],
                env=environment,
                start_new_session=True,
                stderr=stderr,
            )
        while process.poll() is None and not _finished_folds(tmp_path / "killed") - done:
            time.sleep(0.002)
        assert process.poll() is None, errors.read_text()
        os.kill(process.pid, signal.SIGKILL)  # the parent alone: its workers must follow
        process.wait()
        assert _gone(process.pid)
        finished = _finished_folds(tmp_path / "killed")
        assert done < finished, "what was finished before must not be lost"
        done = finished
    subprocess.run([sys.executable, str(script)], env=environment, check=True)
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
    (mine.parent / ".git").mkdir()
    with pytest.raises(RunError, match="no run folder"):
        run_benchmark(make_spec(), tmp_path / "runs", fresh=True)
    assert mine.exists()
    assert (mine.parent / ".git").exists()
