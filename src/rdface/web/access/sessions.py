"""Sessions: kept in the database, so that they can be ended from here."""

from __future__ import annotations

import secrets
import time

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session as Work

from rdface.files import sha256_bytes
from rdface.web.access.role import Role, Visitor
from rdface.web.settings import Settings
from rdface.web.storage.database import Database
from rdface.web.storage.tables import Account, Session

_SEEN_EVERY = 60.0
"""Seconds; ``seen_at`` is not written more often."""

_CLOCK_SLACK = 120.0
"""Seconds that the clocks of several machines may differ."""

_OPEN_SESSION = (
    select(Account.name, Account.role, Session.begun_at, Session.seen_at)
    .join(Session, Session.account_id == Account.id)
    .where(Session.token_sha256 == bindparam("key"), Account.closed_at.is_(None))
)
"""Made once: it is asked for every picture."""


def begin_session(work: Work, account: Account, settings: Settings) -> str:
    """A new one; the ones that have run out are deleted.

    Returns:
        Its token, for a cookie; the database keeps only the SHA-256.
    """
    now = time.time()
    work.execute(delete(Session).where(Session.begun_at < now - settings.session_seconds))
    token = secrets.token_urlsafe(32)
    work.add(
        Session(
            token_sha256=sha256_bytes(token.encode()),
            account_id=account.id,
            begun_at=now,
            seen_at=now,
        )
    )
    return token


def visitor_of(database: Database, token: str, settings: Settings) -> Visitor | None:
    """Whose session it is; None for one that has ended."""
    now = time.time()
    key = sha256_bytes(token.encode())
    with database.reading() as work:
        found = work.execute(_OPEN_SESSION, {"key": key}).first()
    if found is None or found.begun_at > now + _CLOCK_SLACK:
        return None
    if now > min(found.begun_at + settings.session_seconds, found.seen_at + settings.idle_seconds):
        return None
    if now > found.seen_at + _SEEN_EVERY:
        with database.writing() as work:
            work.execute(update(Session).where(Session.token_sha256 == key).values(seen_at=now))
    return Visitor(found.name, Role[found.role.upper()])


def end_session(work: Work, token: str) -> None:
    """One browser's."""
    work.execute(delete(Session).where(Session.token_sha256 == sha256_bytes(token.encode())))


def end_sessions(work: Work, account_id: int) -> None:
    """All of an account."""
    work.execute(delete(Session).where(Session.account_id == account_id))
