"""``rdface bench`` and ``rdface leaderboard`` know few-shot specs and runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from rdface.bench.few_shot import FewShotSpec
from rdface.cli.main import rdface
from rdface.errors import RunError
from tests.bench.few_shot.conftest import make_spec

__all__ = ["make_spec"]

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache")]


def test_a_spec_is_run_and_shown(make_spec: Callable[..., FewShotSpec], tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(make_spec().model_dump(mode="json")))
    out = tmp_path / "runs"
    made = CliRunner().invoke(
        rdface, ["bench", str(path), "--out", str(out)], catch_exceptions=False
    )
    header, *rows = made.stdout.splitlines()
    assert header.split("\t") == ["backbone", "method", "2-way 1-shot", "3-way 1-shot"]
    assert rows[-2].split("\t") == ["chance", "", "50.0", "33.3"]
    assert len(rows) == 4 + 2
    assert "divided by patient" in made.stderr
    shown = CliRunner().invoke(
        rdface, ["leaderboard", str(out), "--markdown"], catch_exceptions=False
    )
    assert shown.stdout.splitlines()[0] == "| backbone | method | 2-way 1-shot | 3-way 1-shot |"
    with pytest.raises(RunError, match="few-shot"):
        CliRunner().invoke(rdface, ["report", str(out)], catch_exceptions=False)


def test_pieces_lists_the_methods() -> None:
    shown = CliRunner().invoke(rdface, ["pieces"], catch_exceptions=False).stdout
    for name in ("simpleshot", "protonet", "baseline++"):
        assert name in shown
