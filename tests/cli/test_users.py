"""``rdface users``: accounts and the log from the command line."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from rdface.cli.main import rdface
from rdface.errors import UsageError
from rdface.web.access import passwords

PASSWORD = "correct horse battery\n"  # noqa: S105 - of the tests' own accounts


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
    monkeypatch.setenv("RDFACE_DATABASE", str(tmp_path / "explorer.db"))


def _users(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(rdface, ["users", *arguments], input=typed, catch_exceptions=True)


def test_accounts_are_made_listed_changed_and_closed() -> None:
    assert isinstance(_users("add", "vic", typed=PASSWORD).exception, UsageError)
    assert _users("add", "ann", "--role", "admin", typed=PASSWORD).exit_code == 0
    assert _users("add", "vic", typed=PASSWORD).exit_code == 0
    assert _users("role", "vic", "curator").output == "vic is curator now.\n"
    assert _users("passwd", "vic", typed="another horse battery\n").exit_code == 0
    assert _users("close", "vic").exit_code == 0
    rows = [line.split("\t") for line in _users("list").output.splitlines()]
    assert [row[:2] for row in rows] == [["name", "role"], ["ann", "admin"], ["vic", "curator"]]
    assert rows[2][3] != ""
    log = _users("log").output.splitlines()
    assert len(log) == 6
    assert "account closed\tvic" in log[-1]
    assert "horse" not in "".join(log)


def test_a_password_is_no_argument_and_no_option() -> None:
    for name in ("add", "passwd"):
        command = rdface.get_command(None, "users").get_command(None, name)  # type: ignore[union-attr,arg-type]
        assert isinstance(command, click.Command)
        assert not any("password" in (each.name or "") for each in command.params)


def test_the_log_is_checked_against_an_end_that_was_noted() -> None:
    _users("add", "ann", "--role", "admin", typed=PASSWORD)
    noted = _users("log", "--verify").output.split()[-1]
    _users("add", "vic", typed=PASSWORD)
    assert _users("log", "--verify", "--noted", noted).exit_code == 0
    wrong = _users("log", "--verify", "--noted", f"1:{'0' * 64}")
    assert wrong.exit_code == 1
    assert "noted" in wrong.output
    assert _users("log", "--verify", "--noted", "nonsense").exit_code == 2
    assert _users("log", "--noted", noted).exit_code == 2


def test_migrate_says_where_the_database_stands() -> None:
    assert _users("migrate").output == "The database is at step 0001.\n"
