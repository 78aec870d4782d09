"""Accounts: names are used once, and there is always an admin."""

from __future__ import annotations

import threading

import pytest

from rdface.errors import RdfaceError, UsageError
from rdface.web.access.accounts import (
    accounts,
    add_account,
    close_account,
    set_password,
    set_role,
)
from rdface.web.access.passwords import check_password, hash_password, is_password
from rdface.web.access.role import Role
from rdface.web.storage.database import Database
from tests.web.access.conftest import SHIPPED, TESTS
from tests.web.access.explorer import PASSWORD, Explorer


@pytest.mark.parametrize("name", ["", "a", "0a", "a b", "an\nn", "<b>", "a" * 33, "local", "änne"])
def test_names_that_are_none(database: Database, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        add_account(database, name, PASSWORD, Role.VIEWER, TESTS)


def test_a_name_is_not_used_twice_not_even_a_closed_one(database: Database) -> None:
    close_account(database, "vic", TESTS)
    for name in ("ann", " ANN", "vic"):
        with pytest.raises(UsageError, match="There is or was"):
            add_account(database, name, PASSWORD, Role.VIEWER, TESTS)


@pytest.mark.parametrize(
    "password", ["", "eleven char", "aaaaaaaaaaaaaaaa", "my vic password", "x" * 201]
)
def test_weak_passwords_are_refused(database: Database, password: str) -> None:
    with pytest.raises(UsageError):
        check_password(password, "vic")
    with pytest.raises(UsageError):
        set_password(database, "vic", password, TESTS)


def test_passwords_are_hashed_with_a_salt_of_their_own() -> None:
    one, other = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one != other
    assert one.startswith("$argon2id$")
    assert is_password(PASSWORD, one)
    assert not is_password(PASSWORD + " ", one)
    assert not is_password("nobody", None)
    assert not is_password(PASSWORD, "no hash")
    assert is_password("Åsa går hem nu", hash_password("A\u030asa ga\u030ar hem nu"))


def test_the_hash_that_is_shipped_is_the_slow_one() -> None:
    """These tests hash cheaply; the explorer must not."""
    assert SHIPPED.memory_cost >= 65536
    assert SHIPPED.time_cost >= 3


def test_the_last_admin_stays(database: Database) -> None:
    for change in (
        lambda: close_account(database, "ann", TESTS),
        lambda: set_role(database, "ann", Role.CURATOR, TESTS),
    ):
        with pytest.raises(UsageError, match="last admin"):
            change()
    set_role(database, "cal", Role.ADMIN, TESTS)
    close_account(database, "ann", TESTS)
    with pytest.raises(UsageError, match="last admin"):
        close_account(database, "cal", TESTS)


def test_two_admins_cannot_close_each_other_at_the_same_time(database: Database) -> None:
    set_role(database, "cal", Role.ADMIN, TESTS)
    failed: list[str] = []

    def close(name: str) -> None:
        try:
            close_account(database, name, TESTS)
        except RdfaceError:
            failed.append(name)

    threads = [threading.Thread(target=close, args=(name,)) for name in ("ann", "cal")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 1
    left = [one.name for one in accounts(database) if one.role == "admin" and not one.closed_at]
    assert left == failed


def test_the_pages_of_an_admin(explorer: Explorer) -> None:
    asking = explorer.browser(Role.ADMIN)
    new = {"name": "eve", "password": "some longer words", "role": "viewer"}
    assert asking.post("/accounts", data=new).status_code == 303
    again = asking.post("/accounts", data=new)
    assert again.status_code == 400
    assert "There is or was an account eve." in again.text
    assert asking.post("/accounts/eve/role", data={"role": "curator"}).status_code == 303
    assert asking.post("/accounts/eve/role", data={"role": "owner"}).status_code == 422
    set_it = asking.post("/accounts/eve/password", data={"password": "other longer words"})
    assert set_it.status_code == 303
    assert asking.post("/accounts/eve/close").status_code == 303
    assert asking.post("/accounts/ann/close").status_code == 400
    assert asking.get("/accounts").status_code == 200
    assert [(action, subject) for _, action, subject in explorer.logged()[-4:]] == [
        ("account made", "eve: viewer"),
        ("role changed", "eve: viewer to curator"),
        ("password changed", "eve"),
        ("account closed", "eve"),
    ]


def test_nothing_of_a_password_is_shown_or_logged(explorer: Explorer) -> None:
    asking = explorer.browser(Role.ADMIN)
    new = {"name": "no name!", "password": "some longer words", "role": "viewer"}
    assert "longer words" not in asking.post("/accounts", data=new).text
    assert "longer words" not in asking.post("/accounts", data=new | {"role": "x"}).text
    assert "argon2" not in asking.get("/accounts").text
    assert "longer words" not in repr(explorer.logged())
