"""A cell is what it says, on a terminal, for scripts and in documents."""

from __future__ import annotations

import sys

import pytest

from rdface.cli.tables import print_table

CELLS = [
    "/[/red]",
    "Noonan [type b] syndrome",
    "[nan, nan]",
    "[link=http://elsewhere]here[/link]",
    ":smile:",
]


def _on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard output is a terminal of 80 columns."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")


def test_square_brackets_are_no_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A visitor's Referer stands in the audit log, and a condition may have brackets."""
    _on_a_terminal(monkeypatch)
    print_table(["[red]name"], [[cell] for cell in CELLS])
    rows = capsys.readouterr().out.splitlines()
    assert [row.strip() for row in rows] == ["[red]name", *CELLS]


def test_a_cell_does_not_command_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _on_a_terminal(monkeypatch)
    print_table(["name"], [["\x1b[2J\x9b31mred\r\n"]])
    assert capsys.readouterr().out.splitlines()[1].strip() == "�[2J�31mred��"


@pytest.mark.parametrize("markdown", [False, True])
def test_a_row_stays_one_row(markdown: bool, capsys: pytest.CaptureFixture[str]) -> None:
    print_table(["a", "b"], [["x\ty", "1\n2\x1b[2J"]], markdown=markdown)
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == ("| x�y | 1�2�[2J |" if markdown else "x�y\t1�2�[2J")
