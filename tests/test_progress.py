"""A bar is for the process that people look at."""

from __future__ import annotations

import sys

import pytest

from rdface import progress
from rdface.progress import bar


def test_a_log_gets_the_begin_and_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    with bar("Counting", 3) as advance:
        advance(2)
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "Counting: 3 to do"
    assert lines[1].startswith("Counting: 2 of 3 done in")


def test_a_worker_writes_nothing(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bars of several workers would write over each other and over that of their parent."""
    monkeypatch.setattr(progress, "_muted", False)
    progress.mute()
    with bar("Counting", 3) as advance:
        advance(3)
    assert capfd.readouterr().err == ""


def test_a_description_is_no_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of pieces stand in it; with square brackets they ended in a traceback."""
    monkeypatch.setattr(progress, "_muted", False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    with bar("Embedding (mine [b][/red])", 1) as advance:
        advance(1)
    assert "Embedding (mine [b][/red])" in capsys.readouterr().err
