"""Sessions begin anew at every sign-in, end when they should, and cannot be made up."""

from __future__ import annotations

import time

from sqlalchemy import select, update

from rdface.web.access.accounts import close_account, set_password
from rdface.web.access.keys import Keys
from rdface.web.access.role import Role
from rdface.web.access.sessions import visitor_of
from rdface.web.storage.tables import Session
from tests.web.access.conftest import TESTS
from tests.web.access.explorer import PASSWORD, Explorer, sign_in

COOKIE = "rdface-session-8103"


def _age(explorer: Explorer, **columns: float) -> None:
    with explorer.database.writing() as work:
        work.execute(update(Session).values(**columns))


def test_a_cookie_that_was_planted_before_is_worth_nothing_after(explorer: Explorer) -> None:
    """Session fixation: the token changes at sign-in, and the old one is nobody's."""
    victim, attacker = explorer.browser(), explorer.browser()
    planted = explorer.app.state.locks.keys.seal("planted by somebody")
    for asking in (victim, attacker):
        asking.cookies.set(COOKIE, planted, domain="127.0.0.1")
    assert sign_in(victim, "ann").status_code == 303
    assert victim.get("/accounts").status_code == 200
    assert attacker.get("/accounts").status_code == 401


def test_signing_in_again_ends_the_session_before(explorer: Explorer) -> None:
    asking = explorer.browser(Role.VIEWER)
    before = asking.cookies[COOKIE]
    sign_in(asking, "ann")
    stale = explorer.browser()
    stale.cookies.set(COOKIE, before)
    assert stale.get("/").status_code == 401


def test_the_cookie_is_closed_to_scripts_and_other_sites(explorer: Explorer) -> None:
    cookie = sign_in(explorer.browser(), "ann").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "expires" not in cookie.partition("rdface-visit")[0].lower()


def test_the_database_does_not_hold_the_token(explorer: Explorer) -> None:
    sealed = sign_in(explorer.browser(), "ann").cookies[COOKIE]
    token = explorer.app.state.locks.keys.unseal(sealed)
    assert token
    with explorer.database.reading() as work:
        kept = work.scalars(select(Session.token_sha256)).all()
    assert len(kept) == 1
    assert token not in kept[0]


def test_no_cookie_can_be_made_up(explorer: Explorer) -> None:
    asking = explorer.browser()
    for forged in ("", "x", "a.b", "ä", "x" * 5000, "token.AAAA", "."):
        sent = {"Cookie": f"{COOKIE}={forged}".encode()}
        assert asking.get("/", headers=sent).status_code == 401, forged
    assert Keys(b"1" * 32).unseal(Keys(b"2" * 32).seal("token")) is None


def test_it_ends_when_nothing_was_asked_for_long(explorer: Explorer) -> None:
    asking = explorer.browser(Role.VIEWER)
    _age(explorer, seen_at=time.time() - explorer.settings.idle_seconds + 5)
    assert asking.get("/").status_code == 200
    _age(explorer, seen_at=time.time() - explorer.settings.idle_seconds - 5)
    assert asking.get("/").status_code == 401


def test_it_ends_in_any_case(explorer: Explorer) -> None:
    asking = explorer.browser(Role.VIEWER)
    _age(explorer, begun_at=time.time() - explorer.settings.session_seconds - 5)
    assert asking.get("/").status_code == 401


def test_a_clock_that_was_set_back_prolongs_no_session(explorer: Explorer) -> None:
    asking = explorer.browser(Role.VIEWER)
    _age(explorer, begun_at=time.time() + 3600, seen_at=time.time() + 3600)
    assert asking.get("/").status_code == 401


def test_seen_is_written_once_a_minute(explorer: Explorer) -> None:
    asking = explorer.browser(Role.VIEWER)
    _age(explorer, seen_at=time.time() - 30)
    asking.get("/")
    with explorer.database.reading() as work:
        assert work.scalars(select(Session.seen_at)).one() < time.time() - 20
    _age(explorer, seen_at=time.time() - 90)
    asking.get("/")
    with explorer.database.reading() as work:
        assert work.scalars(select(Session.seen_at)).one() > time.time() - 20


def test_signing_out_ends_it_in_the_database(explorer: Explorer) -> None:
    """A cookie that was copied before is worth nothing after."""
    asking = explorer.browser(Role.VIEWER)
    copied = asking.cookies[COOKIE]
    answer = asking.post("/sign-out")
    assert answer.status_code == 303
    assert "cache" in answer.headers["clear-site-data"]
    thief = explorer.browser()
    thief.cookies.set(COOKIE, copied)
    assert thief.get("/").status_code == 401


def test_a_new_password_and_a_closed_account_end_all_of_them(explorer: Explorer) -> None:
    here, there = explorer.browser(Role.VIEWER), explorer.browser(Role.VIEWER)
    set_password(explorer.database, "vic", "another horse battery", TESTS)
    assert here.get("/").status_code == there.get("/").status_code == 401
    assert sign_in(here, "vic", "another horse battery").status_code == 303
    close_account(explorer.database, "vic", TESTS)
    assert here.get("/").status_code == 401
    assert sign_in(here, "vic", "another horse battery").status_code == 401


def test_ones_own_new_password_keeps_this_browser_alone(explorer: Explorer) -> None:
    here, there = explorer.browser(Role.VIEWER), explorer.browser(Role.VIEWER)
    wrong = here.post("/password", data={"current": "x" * 12, "new": "another horse battery"})
    assert wrong.status_code == 403
    weak = here.post("/password", data={"current": PASSWORD, "new": "short"})
    assert weak.status_code == 400
    answer = here.post("/password", data={"current": PASSWORD, "new": "another horse battery"})
    assert answer.status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 401


def test_a_session_is_somebodys_or_nobodys(explorer: Explorer) -> None:
    assert visitor_of(explorer.database, "no such token", explorer.settings) is None
