"""Guessing is slow, names are not told, and nobody is sent elsewhere."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from rdface.web.access import passwords, signing_in
from rdface.web.access.signing_in import PER_ADDRESS, PER_BOTH, UNKNOWN, WINDOW, network
from rdface.web.routes.sign_in import local_path
from rdface.web.storage.tables import Attempt
from tests.web.access.explorer import PASSWORD, Explorer, sign_in
from tests.web.conftest import form_token


def test_after_ten_failures_even_the_right_password_waits(explorer: Explorer) -> None:
    asking = explorer.browser()
    for _ in range(PER_BOTH):
        assert sign_in(asking, "vic", "wrong").status_code == 401
    assert sign_in(asking, "vic").status_code == 429
    assert sign_in(explorer.browser(), "VIC ").status_code == 429
    assert sign_in(asking, "cal").status_code == 303
    with explorer.database.writing() as work:
        work.execute(update(Attempt).values(at=Attempt.at - WINDOW - 1))
    assert sign_in(asking, "vic").status_code == 303


def test_one_network_cannot_try_all_names(explorer: Explorer) -> None:
    asking = explorer.browser()
    for i in range(PER_ADDRESS):
        assert sign_in(asking, f"name{i}", "wrong").status_code == 401
    assert sign_in(asking, "ann").status_code == 429


def test_one_network_cannot_lock_out_somebody_elsewhere(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account is closed to everybody only after failures from more than one network."""
    asking = explorer.browser()
    for _ in range(PER_ADDRESS + 5):
        sign_in(asking, "ann", "wrong")
    monkeypatch.setattr(signing_in, "network", lambda _address: "elsewhere")
    assert sign_in(explorer.browser(), "ann").status_code == 303


def test_many_guesses_at_once_gain_nothing(explorer: Explorer) -> None:
    """Each is counted before its password is looked at."""
    asked = 3 * PER_BOTH
    statuses: list[int] = []
    browsers = [explorer.browser() for _ in range(asked)]
    tokens = [form_token(each) for each in browsers]

    def guess(i: int) -> None:
        data = {"name": "vic", "password": "wrong", "csrf_token": tokens[i]}
        statuses.append(browsers[i].post("/sign-in", data=data).status_code)

    threads = [threading.Thread(target=guess, args=(i,)) for i in range(asked)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(401) == PER_BOTH
    assert statuses.count(429) == asked - PER_BOTH


def test_unknown_closed_and_wrong_are_answered_alike(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same page, and one Argon2 check each: the time tells no names."""
    checks: list[str] = []
    hasher = passwords._HASHER

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            checks.append(hashed.rsplit("$", 2)[0])
            return hasher.verify(hashed, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    pages = set()
    for name in ("ann", "nobody-known", "' OR 1=1 --", "a" * 150):
        asking = explorer.browser()
        answer = sign_in(asking, name, "wrong password")
        assert answer.status_code == 401
        pages.add(answer.text.replace(form_token(asking), ""))
    assert len(checks) == 4
    assert len(set(checks)) == 1
    assert len(pages) == 1


def test_what_was_typed_for_a_name_is_nowhere(explorer: Explorer) -> None:
    """People type their password there."""
    sign_in(explorer.browser(), "my secret password", "ann")
    assert explorer.logged()[-1] == (UNKNOWN, "sign-in failed", UNKNOWN)
    with explorer.database.reading() as work:
        kept = work.scalars(select(Attempt.account)).all()
    assert all("secret" not in each for each in kept)
    explorer.database.engine.dispose()
    folder = explorer.database.url.database
    assert folder is not None
    with open(folder, "rb") as stream:
        assert b"secret password" not in stream.read()


def test_signing_in_out_and_failing_are_logged(explorer: Explorer) -> None:
    asking = explorer.browser()
    sign_in(asking, "ann", "wrong")
    sign_in(asking, "ann")
    asking.post("/sign-out", headers={"X-CSRF-Token": form_token(asking)})
    assert [line[:2] for line in explorer.logged()[-3:]] == [
        ("ann", "sign-in failed"),
        ("ann", "signed in"),
        ("ann", "signed out"),
    ]


def test_one_is_sent_on_to_where_one_wanted(explorer: Explorer) -> None:
    asking = explorer.browser()
    answer = asking.get("/audit-log?who=ann", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Faudit-log%3Fwho%3Dann"
    assert "/audit-log?who=ann" in asking.get(answer.headers["location"]).text
    assert sign_in(asking, "ann", next="/audit-log?who=ann").headers["location"] == (
        "/audit-log?who=ann"
    )


EVIL = (
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\r\nSet-Cookie: a=b",
    " //evil.example",
    "evil.example",
    "",
)


def test_nobody_is_sent_to_another_site(explorer: Explorer) -> None:
    asking = explorer.browser()
    for target in EVIL:
        assert sign_in(asking, "ann", next=target).headers["location"] == "/", target
        answer = asking.get("/sign-in", params={"next": target})
        assert answer.headers["location"] == "/", target


@given(st.text(max_size=30) | st.from_regex(r"/[/\\@:.%a-z]{0,12}", fullmatch=True))
@settings(max_examples=100)
def test_no_target_leaves_the_explorer(target: str) -> None:
    """As browsers read addresses: backslash is slash, tabs and line ends vanish."""
    import re
    from urllib.parse import urljoin, urlsplit

    as_browsers_do = re.sub(r"[\t\r\n]", "", local_path(target)).replace("\\", "/")
    assert urlsplit(urljoin("http://own.example/sign-in", as_browsers_do)).netloc == "own.example"


def test_whoever_comes_by_a_link_from_elsewhere_is_sent_on_once(explorer: Explorer) -> None:
    """Strict cookies are not sent then; the page asks again from here."""
    asking = explorer.browser()
    answer = asking.get("/sign-in?next=/accounts", headers={"Sec-Fetch-Site": "cross-site"})
    assert '<meta http-equiv="refresh" content="0; url=/accounts">' in answer.text
    hostile = "/sign-in?next=%22%3E%3Cscript%3E"
    answer = asking.get(hostile, headers={"Sec-Fetch-Site": "cross-site"})
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
    ],
)
def test_a_customers_ipv6_network_counts_as_one(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same


def test_the_right_password_clears_the_count(explorer: Explorer) -> None:
    asking = explorer.browser()
    for _ in range(3):
        for _ in range(PER_BOTH - 1):
            sign_in(asking, "vic", "wrong")
        assert sign_in(asking, "vic", PASSWORD).status_code == 303
