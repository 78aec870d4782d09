"""The explorer does not start open to others, and is local to this machine without accounts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rdface.errors import UsageError
from rdface.web.access.accounts import add_account, close_account
from rdface.web.access.role import Role
from rdface.web.app import create_app
from rdface.web.settings import Settings
from rdface.web.storage.migrate import open_database
from tests.web.access.conftest import TESTS
from tests.web.access.explorer import PASSWORD

OPEN = ("0.0.0.0", "192.0.2.7", "::", "faces.example")  # noqa: S104 - refused


@pytest.mark.parametrize("host", OPEN)
def test_off_the_loopback_there_must_be_accounts(
    settings: Settings, tmp_path: Path, host: str
) -> None:
    empty = str(tmp_path / "empty.db")
    for database in ("", empty):
        own = replace(settings, host=host, https=True, names=("faces.example",), database=database)
        with pytest.raises(UsageError, match="without accounts"):
            create_app(own)


def test_behind_a_proxy_too(settings: Settings) -> None:
    with pytest.raises(UsageError, match="behind a proxy without accounts"):
        create_app(replace(settings, proxies=("127.0.0.1",), https=True))


@pytest.mark.parametrize("host", OPEN)
def test_and_https_and_a_name(settings: Settings, peopled: Path, host: str) -> None:
    own = replace(settings, host=host, database=str(peopled), names=("faces.example",))
    with pytest.raises(UsageError, match="without HTTPS"):
        create_app(own)
    create_app(replace(own, https=True))
    if host in ("0.0.0.0", "::"):  # noqa: S104 - refused
        with pytest.raises(UsageError, match="by which name"):
            create_app(replace(own, https=True, names=()))


def test_on_the_loopback_the_first_account_closes_it_at_once(
    settings: Settings, tmp_path: Path
) -> None:
    """Also while it runs, also when that account is the only one and is closed later."""
    file = str(tmp_path / "explorer.db")
    asking = TestClient(create_app(replace(settings, database=file)), base_url="http://127.0.0.1")
    assert asking.get("/accounts").status_code == 200
    database = open_database(file)
    add_account(database, "ann", PASSWORD, Role.ADMIN, TESTS)
    assert asking.get("/accounts").status_code == 401
    add_account(database, "bea", PASSWORD, Role.ADMIN, TESTS)
    close_account(database, "ann", TESTS)
    assert asking.get("/accounts").status_code == 401


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_without_accounts_nothing_is_said_through_a_proxy(client: TestClient, header: str) -> None:
    """Somebody may have put one before an explorer that takes everybody for its owner."""
    assert client.get("/", headers={header: "192.0.2.1"}).status_code == 403


@pytest.mark.parametrize("address", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "0.0.0.0"])  # noqa: S104
def test_without_accounts_no_other_machine_is_answered(settings: Settings, address: str) -> None:
    """However the application was started."""
    asking = TestClient(create_app(settings), base_url="http://127.0.0.1", client=(address, 50000))
    assert asking.get("/").status_code == 403


def test_an_explorer_without_a_database_has_no_pages_for_accounts(client: TestClient) -> None:
    for path in ("/accounts", "/audit-log", "/password"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("said", ["*", "0.0.0.0/0", "proxy.example", ""])
def test_not_everybody_is_a_proxy(settings: Settings, peopled: Path, said: str) -> None:
    """Whoever is one says from where a visitor comes, whose failures are counted by that."""
    own = replace(settings, names=("a.example",), https=True, database=str(peopled))
    with pytest.raises(UsageError, match="no address of a proxy"):
        create_app(replace(own, proxies=(said,)))
    create_app(replace(own, proxies=("192.0.2.1", "10.0.0.0/24", "::1")))


def test_behind_a_proxy_nobody_comes_past_it(settings: Settings, peopled: Path) -> None:
    """The server speaks plain HTTP there; that somebody came by HTTPS is said by the proxy."""
    own = replace(settings, names=("a.example",), https=True, database=str(peopled))
    app = create_app(replace(own, proxies=("192.0.2.1",)))
    assert TestClient(app, base_url="http://a.example").get("/sign-in").status_code == 403
    assert TestClient(app, base_url="https://a.example").get("/sign-in").status_code == 200


def test_a_database_that_nobody_chose_is_not_made_for_simulated_people(
    settings: Settings, tmp_path: Path
) -> None:
    """There are no dead links then, and accounts that are made later are not passed over."""
    file = tmp_path / "explorer.db"
    own = replace(settings, database=str(file), database_said=False)
    asking = TestClient(create_app(own), base_url="http://127.0.0.1")
    shown = asking.get("/conditions")
    assert shown.status_code == 200
    assert "/accounts" not in shown.text and "/audit-log" not in shown.text
    assert list(tmp_path.iterdir()) == []
    add_account(open_database(str(file)), "ann", PASSWORD, Role.ADMIN, TESTS)
    assert asking.get("/conditions").status_code == 403
    again = TestClient(create_app(own), base_url="http://127.0.0.1")
    assert again.get("/conditions").status_code == 401
