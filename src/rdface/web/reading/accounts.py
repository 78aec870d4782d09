"""Accounts and the audit log, as their pages show them."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from rdface.web.access.accounts import accounts
from rdface.web.storage.database import Database


class AccountLine(BaseModel):
    """An account.

    Attributes:
        name: As typed at sign-in.
        role: In lower case.
        made: Day, ISO 8601, UTC.
        closed: The same; empty while it is open.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    role: str
    made: str
    closed: str


def account_lines(database: Database) -> list[AccountLine]:
    """All accounts, the open ones first."""
    lines = [
        AccountLine(
            name=one.name, role=one.role, made=_day(one.made_at), closed=_day(one.closed_at)
        )
        for one in accounts(database)
    ]
    return sorted(lines, key=lambda line: bool(line.closed))


def _day(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()
