"""A store that MLflow cannot use is told in words."""

from __future__ import annotations

import pytest

from rdface.errors import UsageError
from rdface.tracking.mlflow_store import MlflowStore


def test_a_store_of_no_known_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mlflow")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    with pytest.raises(UsageError, match="MLflow cannot use the store") as told:
        MlflowStore("foo://me:hush@x", online=True)
    assert told.value.hint and "hush" not in f"{told.value.message} {told.value.hint}"
