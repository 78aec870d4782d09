"""``rdface study restoration`` refuses what cannot be studied before it starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.cli.main import rdface
from rdface.errors import UsageError


@pytest.mark.parametrize(
    ("options", "hint"), [(["--damage", "face49"], "face48"), (["--arm", "realesrgan"], "x4plus")]
)
def test_unknown_damages_and_steps_name_the_nearest(
    options: list[str], hint: str, tmp_path: Path
) -> None:
    words = ["study", "restoration", "--quick", "--out", str(tmp_path / "study"), *options]
    run = CliRunner().invoke(rdface, words)
    assert isinstance(run.exception, UsageError) and hint in str(run.exception.hint)
    assert not (tmp_path / "study").exists()
