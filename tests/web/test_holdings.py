"""What an explorer holds, where some of it is missing or damaged."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rdface.web.app import create_app
from rdface.web.settings import Settings

PAGES = ("/", "/gallery", "/conditions", "/conditions/AAR", "/leaderboard", "/api/v1/leaderboard")


def test_a_folder_without_runs_is_an_explorer_without_runs(
    settings: Settings, tmp_path: Path
) -> None:
    app = create_app(replace(settings, runs=tmp_path, pools=()))
    asking = TestClient(app, base_url="http://127.0.0.1")
    assert [asking.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert "No finished run in the folder" in asking.get("/leaderboard").text


def test_a_damaged_run_is_left_out_and_told_to_the_log(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The other runs are shown."""
    assert settings.runs is not None
    shutil.copytree(settings.runs, tmp_path / "runs")
    damaged = tmp_path / "runs" / "tiny" / "facenet__knn"
    (damaged / "result.json").write_text("{")
    app = create_app(replace(settings, runs=tmp_path / "runs", pools=()))
    asking = TestClient(app, base_url="http://127.0.0.1")
    with caplog.at_level(logging.WARNING):
        assert [asking.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert sorted(app.state.holdings.named_runs) == ["other/sface__lda", "tiny/sface__lda"]
    assert caplog.text.count(str(damaged)) == 1
