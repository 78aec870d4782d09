"""``rdface users``: accounts and the log from the command line."""

from __future__ import annotations

import os
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
    for number in ("²", "9" * 5000):
        assert _users("log", "--verify", "--noted", f"{number}:{'0' * 64}").exit_code == 2
    assert _users("log", "--verify", "--noted", f"1:{'x' * 64}").exit_code == 2


@pytest.mark.parametrize("error", [KeyError("uid not found"), OSError("no username")])
def test_a_user_without_a_name_is_a_number(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container; Python 3.13 raises another error than those before it."""

    def nobody() -> str:
        raise error

    monkeypatch.setattr("getpass.getuser", nobody)
    assert _users("add", "ann", "--role", "admin", typed=PASSWORD).exit_code == 0
    assert f"console:uid-{os.getuid()}" in _users("log").output


def test_migrate_says_where_the_database_stands() -> None:
    assert _users("migrate").output == "The database is at step 0001.\n"


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["log"],
        ["log", "--verify"],
        ["passwd", "ann"],
        ["role", "ann", "viewer"],
        ["close", "ann"],
    ],
)
def test_a_database_that_is_not_there_is_said_and_not_made(
    command: list[str], tmp_path: Path
) -> None:
    """A mistyped name is no empty log that is whole."""
    done = _users(*command, "--database", str(tmp_path / "typo.db"), typed=PASSWORD)
    assert isinstance(done.exception, UsageError) and "typo.db" in str(done.exception)
    assert "whole" not in done.output and list(tmp_path.iterdir()) == []
