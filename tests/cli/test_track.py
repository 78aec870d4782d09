"""What `rdface track` does before a tracker has anything to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rdface.cli.track import track
from rdface.errors import RunError
from rdface.tracking import TRACKERS
from rdface.tracking.mlflow_store import MlflowStore


def test_without_a_run_no_store_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(TRACKERS, "get", lambda name: lambda *said: opened.append(said))
    done = CliRunner().invoke(track, [str(tmp_path), "--to", "mlflow"])
    assert isinstance(done.exception, RunError) and opened == []


def test_the_command_that_shows_a_store_can_be_copied() -> None:
    """Folders of people have spaces in their names."""
    store = object.__new__(MlflowStore)
    store._uri = "sqlite:////home/a b/mlflow.db"
    assert "--backend-store-uri 'sqlite:////home/a b/mlflow.db'`" in store.place
