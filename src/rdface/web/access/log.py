"""The audit log: who saw and did what. It only grows, and every entry seals those before it.

An entry holds the SHA-256 of the one before. Who changes, removes or reorders entries has to make
all later ones anew; who has noted the last SHA-256 elsewhere sees that, and sees a log cut short.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session as Work

from rdface.files import sha256_bytes
from rdface.web.storage.database import Database
from rdface.web.storage.tables import Entry

BEFORE_THE_FIRST = "0" * 64
"""``previous`` of the first entry."""

_BATCH = 10_000
"""Entries that a check of the log has in memory at once."""


class Action(StrEnum):
    """What an entry tells of."""

    SAW = "saw"
    READ = "read about"
    DECIDED = "decided"
    SIGNED_IN = "signed in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGNED_OUT = "signed out"
    ACCOUNT_MADE = "account made"
    PASSWORD_CHANGED = "password changed"  # noqa: S105 - no password
    ROLE_CHANGED = "role changed"
    ACCOUNT_CLOSED = "account closed"


@dataclass(frozen=True)
class Actor:
    """Who does something, and from where.

    Attributes:
        name: Of the account.
        address: Of the machine; empty for the command line.
        page: Path of the page that asked.
    """

    name: str
    address: str = ""
    page: str = ""


@dataclass(frozen=True)
class Seal:
    """The end of the log, to be noted elsewhere.

    Attributes:
        number: Of the last entry; 0 for an empty log.
        sha256: Of the same.
    """

    number: int
    sha256: str


@dataclass(frozen=True)
class Verdict:
    """What a check of the log has found.

    Attributes:
        seal: Of the last entry that was read.
        faults: In words, the first of each entry; empty for a whole log.
        backwards: Numbers of entries that are older than the one before: the clock was set back.
    """

    seal: Seal
    faults: tuple[str, ...]
    backwards: tuple[int, ...]


def append(work: Work, actor: Actor, action: Action, subjects: Sequence[str]) -> None:
    """Add an entry for each subject, within a writer's transaction.

    Args:
        work: From :meth:`Database.writing`: two that append at once would make two ends.
        actor: Who.
        action: What.
        subjects: About which images or accounts.
    """
    end = seal(work)
    for number, subject in enumerate(subjects, start=end.number + 1):
        entry = Entry(
            number=number,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            who=_plain(actor.name, 64),
            address=_plain(actor.address, 64),
            action=action.value,
            subject=_plain(subject, 300),
            page=_plain(actor.page, 300),
            previous=end.sha256,
        )
        entry.sha256 = entry_sha256(entry)
        work.add(entry)
        end = Seal(number, entry.sha256)
    work.flush()


def seal(work: Work) -> Seal:
    """The end of the log."""
    last = work.execute(
        select(Entry.number, Entry.sha256).order_by(Entry.number.desc()).limit(1)
    ).first()
    return Seal(last.number, last.sha256) if last else Seal(0, BEFORE_THE_FIRST)


def entry_sha256(entry: Entry) -> str:
    """Over all fields, as a JSON list: no two different entries are written alike."""
    fields = [entry.number, entry.at, entry.who, entry.address, entry.action, entry.subject]
    return sha256_bytes(json.dumps([*fields, entry.page, entry.previous]).encode())


def entries(
    work: Work, *, who: str = "", subject: str = "", before: int | None = None, limit: int = 100
) -> list[Entry]:
    """The last ones, newest first.

    Args:
        work: Any transaction.
        who: Of this account alone.
        subject: About this image or account alone.
        before: Older than this number.
        limit: As many at most.
    """
    asked = select(Entry).order_by(Entry.number.desc()).limit(limit)
    if who:
        asked = asked.where(Entry.who == who)
    if subject:
        asked = asked.where(Entry.subject == subject)
    if before is not None:
        asked = asked.where(Entry.number < before)
    return list(work.scalars(asked))


def verify(database: Database, *, noted: Seal | None = None) -> Verdict:
    """Read the whole log and compute every SHA-256 anew.

    Args:
        database: That holds it.
        noted: An end that was noted before; the log must still have it.
    """
    end = Seal(0, BEFORE_THE_FIRST)
    faults: list[str] = []
    backwards: list[int] = []
    at = ""
    found = noted is None or noted.number == 0
    for entry in _all(database):
        if fault := _fault(entry, end):
            faults.append(fault)
        if entry.at < at:
            backwards.append(entry.number)
        end, at = Seal(entry.number, entry.sha256), entry.at
        found = found or end == noted
    if not found and noted is not None:
        faults.append(f"Entry {noted.number} does not have the SHA-256 that was noted, or is gone.")
    return Verdict(end, tuple(faults), tuple(backwards))


def _fault(entry: Entry, before: Seal) -> str:
    if entry.number != before.number + 1:
        return f"Entry {entry.number} follows entry {before.number}: entries are missing."
    if entry.previous != before.sha256:
        return f"Entry {entry.number} does not seal the one before it."
    if entry.sha256 != entry_sha256(entry):
        return f"Entry {entry.number} was changed."
    return ""


def _all(database: Database) -> Iterator[Entry]:
    last = 0
    while True:
        with database.reading() as work:
            asked = select(Entry).where(Entry.number > last).order_by(Entry.number).limit(_BATCH)
            some = list(work.scalars(asked))
        if not some:
            return
        yield from some
        last = some[-1].number


def _plain(text: str, length: int) -> str:
    """Without line ends and control characters, which could fake entries where it is printed."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:length])[:length]
