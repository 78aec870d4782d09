"""The audit log: what changes it is refused, and what could not be refused is seen."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session as Work

from rdface.errors import RdfaceError, TermsError
from rdface.web.access.log import Action, Actor, Seal, append, entries, entry_sha256, verify
from rdface.web.access.role import Role
from rdface.web.access.viewing import record_viewing
from rdface.web.storage.database import Database
from rdface.web.storage.tables import Entry
from tests.web.access.conftest import TESTS
from tests.web.access.explorer import Explorer

EVIL_SQL = (
    "UPDATE audit_log SET who = 'eve' WHERE number = 1",
    "DELETE FROM audit_log WHERE number = 3",
    "DELETE FROM audit_log",
    "REPLACE INTO audit_log SELECT 1, at, 'eve', address, action, subject, page, previous, sha256"
    " FROM audit_log WHERE number = 2",
    "INSERT INTO audit_log SELECT 99, at, who, address, action, subject, page, previous, sha256"
    " FROM audit_log WHERE number = 2",
)


@pytest.mark.parametrize("statement", EVIL_SQL)
def test_the_database_itself_refuses_to_change_it(database: Database, statement: str) -> None:
    with pytest.raises(RdfaceError), database.writing() as work:
        work.execute(text(statement))
    assert verify(database).faults == ()


def _unlocked(database: Database, change: Callable[[Work], object]) -> None:
    """As somebody who can take the triggers away."""
    with database.writing() as work:
        for trigger in ("update", "delete", "insert"):
            work.execute(text(f"DROP TRIGGER IF EXISTS audit_log_{trigger}"))
        change(work)


@pytest.mark.parametrize(
    "field", ["at", "who", "address", "action", "subject", "page", "previous", "sha256"]
)
def test_whoever_changes_a_field_is_seen(database: Database, field: str) -> None:
    _unlocked(
        database,
        lambda work: work.execute(text(f"UPDATE audit_log SET {field} = 'x' WHERE number = 2")),  # noqa: S608
    )
    assert verify(database).faults


def test_whoever_removes_one_is_seen(database: Database) -> None:
    _unlocked(database, lambda work: work.execute(text("DELETE FROM audit_log WHERE number = 2")))
    assert verify(database).faults[0].startswith("Entry 3 follows entry 1")


def test_whoever_cuts_the_end_is_seen_by_a_noted_seal(database: Database) -> None:
    """The chain alone cannot show that; the number and SHA-256 noted elsewhere do."""
    noted = verify(database).seal
    _unlocked(database, lambda work: work.execute(text("DELETE FROM audit_log WHERE number = 3")))
    assert verify(database).faults == ()
    assert len(verify(database, noted=noted).faults) == 1


def test_whoever_makes_the_chain_anew_is_seen_by_a_noted_seal(database: Database) -> None:
    noted = verify(database).seal

    def forge(work: Work) -> None:
        previous = "0" * 64
        for entry in reversed(entries(work)):
            entry.who = "somebody else"
            entry.previous = previous
            entry.sha256 = previous = entry_sha256(entry)

    _unlocked(database, forge)
    assert verify(database).faults == ()
    assert verify(database, noted=noted).faults
    assert verify(database, noted=Seal(0, "0" * 64)).faults == ()


def test_entries_of_later_do_not_break_a_noted_seal(database: Database) -> None:
    noted = verify(database).seal
    with database.writing() as work:
        append(work, TESTS, Action.SAW, ["a", "b"])
    verdict = verify(database, noted=noted)
    assert verdict.faults == ()
    assert verdict.seal.number == noted.number + 2


def test_a_clock_that_was_set_back_is_said_but_is_no_fault(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime

    past = SimpleNamespace(now=lambda _zone: datetime(2001, 1, 1, tzinfo=UTC))
    monkeypatch.setattr("rdface.web.access.log.datetime", past)
    with database.writing() as work:
        append(work, TESTS, Action.SAW, ["a"])
    assert verify(database).backwards == (4,)
    assert verify(database).faults == ()


_SEVEN = st.lists(st.sampled_from(["", "a", "aa", '"', '",', "\\"]), min_size=7, max_size=7)


@given(_SEVEN, _SEVEN)
@settings(max_examples=50)
def test_no_two_entries_are_written_alike(one: list[str], other: list[str]) -> None:
    """Moving a character from one field to the next gives another SHA-256."""

    def sealed(fields: list[str]) -> str:
        names = ("at", "who", "address", "action", "subject", "page", "previous")
        return entry_sha256(Entry(number=1, **dict(zip(names, fields, strict=True))))

    assert (sealed(one) == sealed(other)) == (one == other)


@given(st.text())
@settings(max_examples=50)
def test_nothing_that_was_sent_can_fake_a_line(said: str) -> None:
    from rdface.web.access.log import _plain

    plain = _plain(said, 300)
    assert plain.isprintable()
    assert len(plain) <= 300
    assert plain.splitlines() in ([plain], [])


def test_many_threads_make_one_chain(database: Database) -> None:
    def work_on(who: str) -> None:
        for i in range(10):
            with database.writing() as work:
                append(work, Actor(who), Action.SAW, [f"image {i}"])

    threads = [threading.Thread(target=work_on, args=(f"t{i}",)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = verify(database)
    assert verdict.faults == ()
    assert verdict.seal.number == 3 + 80


def _asking(explorer: Explorer, **headers: str) -> SimpleNamespace:
    return SimpleNamespace(
        app=explorer.app,
        headers=headers,
        url=SimpleNamespace(path="/pictures/a"),
        client=SimpleNamespace(host="10.0.0.9"),
        state=SimpleNamespace(visitor=SimpleNamespace(name="vic", role=Role.VIEWER)),
    )


def test_seeing_a_real_image_is_written_down(explorer: Explorer) -> None:
    request = _asking(explorer, referer="http://127.0.0.1/case/a?b=c")
    record_viewing(request, ["a", "b\nc"], simulated=False)  # type: ignore[arg-type]
    with explorer.database.reading() as work:
        second, first = entries(work, limit=2)
    assert (first.who, first.action, first.subject) == ("vic", "saw", "a")
    assert (first.address, first.page) == ("10.0.0.9", "/case/a")
    assert second.subject == "b\\u000ac"


def test_seeing_a_simulated_one_is_not(explorer: Explorer) -> None:
    before = explorer.logged()
    record_viewing(_asking(explorer), ["a"], simulated=True)  # type: ignore[arg-type]
    assert explorer.logged() == before


def test_real_images_are_not_shown_without_a_log(explorer: Explorer) -> None:
    """Neither without a database nor when it cannot be written."""
    request = _asking(explorer)
    locks = explorer.app.state.locks
    explorer.app.state.locks = replace(locks, database=None)
    with pytest.raises(TermsError, match="real people"):
        record_viewing(request, ["a"], simulated=False)  # type: ignore[arg-type]
    explorer.app.state.locks = locks
    with explorer.database.writing() as work:
        work.execute(text("ALTER TABLE audit_log RENAME TO gone"))
    with pytest.raises(RdfaceError):
        record_viewing(request, ["a"], simulated=False)  # type: ignore[arg-type]


def test_the_page_shows_and_finds_entries(explorer: Explorer) -> None:
    with explorer.database.writing() as work:
        append(work, Actor("vic", page="/<script>"), Action.SAW, [f"image-{i}" for i in range(250)])
    asking = explorer.browser(Role.ADMIN)
    first = asking.get("/audit-log").text
    assert "image-249" in first
    assert "image-10<" not in first
    assert "<script>" not in first
    assert "image-10<" in asking.get("/audit-log?before=60").text
    one = asking.get("/audit-log?subject=image-7&who=vic").text
    assert one.count("<tr>") == 2
    assert asking.get("/audit-log?before=0").status_code == 422
    assert asking.get("/audit-log?before=99999999999999999999").status_code == 422
