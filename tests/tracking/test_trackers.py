"""MLflow and Weights & Biases keep what they are told, here, and nothing of their own."""

from __future__ import annotations

import getpass
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.bench import Run
from rdface.cli.track import track
from tests.hub.conftest import MakeRun

pytestmark = [pytest.mark.slow, pytest.mark.weights]


def test_mlflow_has_every_run_once(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    arguments = [str(run.folder.parent), "--to", "mlflow", "--store", str(tmp_path / "runs.db")]
    first = CliRunner().invoke(track, arguments)
    assert first.output.startswith("1 of 1 runs logged to sqlite:///"), first.output
    assert CliRunner().invoke(track, arguments).output.startswith("0 of 1 ")

    from mlflow.tracking import MlflowClient

    client = MlflowClient(tracking_uri=f"sqlite:///{tmp_path / 'runs.db'}")
    experiment = client.get_experiment_by_name("tiny")
    assert experiment is not None
    (kept,) = client.search_runs([experiment.experiment_id])
    assert kept.data.metrics["top1_micro"] == run.result.metrics["top1_micro"].value
    assert kept.data.params["learner"] == "lda"
    assert kept.data.tags == {
        "mlflow.runName": "pixels-test__lda",
        "rdface.key": run.result.key,
    }
    assert kept.info.user_id in ("", "unknown")


def test_wandb_writes_files_that_name_nobody(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run()
    store = tmp_path / "tracked"
    done = subprocess.run(
        [sys.executable, "-m", "rdface", "track", run.folder, "--to", "wandb", "--store", store],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    (folder,) = (store / "wandb").glob("offline-run-*")
    (file,) = folder.glob("run-*.wandb")
    content = file.read_bytes()
    assert run.result.key[:32].encode() in content and b"top1_micro/low" in content
    told = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert _named_in(told, run) == []


def _named_in(told: bytes, run: Run) -> list[str]:
    """What of this machine, its user and the patients is in there."""
    names = {*run.predictions.image_ids, *run.predictions.patient_ids}
    names |= {f'"{socket.gethostname()}"', f'"{getpass.getuser()}"', "git@", "github.com"}
    return sorted(name for name in names if name.encode() in told)
