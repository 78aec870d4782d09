"""``rdface serve`` refuses what would be open to others."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from fastapi import FastAPI

from rdface.cli.serve import serve
from rdface.cohort import load_cohort
from rdface.errors import RdfaceError, UsageError
from rdface.web.access.accounts import add_account
from rdface.web.access.header_limit import HeaderLimit
from rdface.web.access.log import Actor
from rdface.web.access.role import Role
from rdface.web.storage.migrate import open_database


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, object]]:
    """What uvicorn would have been told; nothing listens here.

    And nothing gets ready: that thread would run on under the tests that follow, in their caches.
    """
    told: list[dict[str, object]] = []
    prepared: list[object] = []

    def run(app: FastAPI, **options: object) -> None:
        assert prepared == [app.state.holdings]  # the first photograph waits for nothing
        prepared.clear()
        told.append(options)

    monkeypatch.setattr("uvicorn.run", run)
    monkeypatch.setattr("rdface.web.readiness.get_ready", prepared.append)
    monkeypatch.setenv("RDFACE_DATABASE", str(tmp_path / "explorer.db"))
    return told


def test_it_takes_nobodys_word_on_who_asks_and_keeps_no_list_of_pages(
    served: list[dict[str, object]],
) -> None:
    assert CliRunner().invoke(serve, []).exit_code == 0
    assert served[0]["host"] == "127.0.0.1"
    assert served[0]["proxy_headers"] is False
    assert served[0]["access_log"] is False
    assert served[0]["server_header"] is False
    assert served[0]["http"] is HeaderLimit


@pytest.mark.parametrize(
    "options",
    [["--host", "0.0.0.0"], ["--behind-proxy", "127.0.0.1"]],  # noqa: S104 - refused
)
def test_it_does_not_start_open(served: list[dict[str, object]], options: list[str]) -> None:
    told = CliRunner().invoke(serve, options).exception
    assert isinstance(told, UsageError)
    assert "without accounts" in told.message
    assert served == []


def test_a_certificate_needs_its_key(served: list[dict[str, object]], tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("")
    assert CliRunner().invoke(serve, ["--tls-cert", str(tmp_path / "cert.pem")]).exit_code == 2


def test_it_makes_no_database_that_nobody_asked_for(
    served: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of simulated people nothing is logged, and whoever sits there needs no account."""
    monkeypatch.delenv("RDFACE_DATABASE")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert CliRunner().invoke(serve, []).exit_code == 0
    assert not (tmp_path / "data").exists()
    assert CliRunner().invoke(serve, ["--database", str(tmp_path / "own.db")]).exit_code == 0
    assert (tmp_path / "own.db").exists()


@pytest.mark.parametrize(
    "options", [["--cohort", "sim1033"], ["--pool", "."], ["--reports", "."], ["--reference", "x"]]
)
def test_what_is_mistyped_is_told_at_the_start(
    served: list[dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: list[str],
) -> None:
    """With a database that somebody chose, too: no server that has nothing to show."""
    (tmp_path / "x").write_text("")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(serve, options).exception
    assert isinstance(told, RdfaceError)
    assert served == []


def test_a_pool_that_is_none_leaves_as_any_mistyped_name(
    served: list[dict[str, object]],
) -> None:
    """A cohort of photographs, say."""
    told = CliRunner().invoke(serve, ["--pool", str(load_cohort("sim103").root)]).exception
    assert isinstance(told, RdfaceError)
    assert told.exit_code == UsageError.exit_code


def test_a_proxy_is_named_to_the_server_as_it_understands_it(
    served: list[dict[str, object]], tmp_path: Path
) -> None:
    """Uvicorn takes no network that is named by one of its hosts, and says nothing."""
    database = open_database(str(tmp_path / "explorer.db"))
    add_account(database, "ann", "correct horse battery", Role.ADMIN, Actor("console:tests"))
    options = ["--behind-proxy", "10.0.0.5/24", "--behind-proxy", "::1", "--name", "a.example"]
    assert CliRunner().invoke(serve, options).exit_code == 0
    assert served[0]["forwarded_allow_ips"] == "10.0.0.0/24,::1/128"
