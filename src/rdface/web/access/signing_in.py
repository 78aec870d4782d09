"""Sign in: slow for guessers, the same for names that exist and names that do not."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session as Work

from rdface.errors import RdfaceError
from rdface.web.access.keys import Keys
from rdface.web.access.log import Action, Actor, append
from rdface.web.access.passwords import is_password
from rdface.web.access.sessions import begin_session
from rdface.web.settings import Settings
from rdface.web.storage.database import Database
from rdface.web.storage.tables import Account, Attempt

WINDOW = 900.0
"""Seconds in which failures are counted."""

PER_ACCOUNT = 10
PER_ADDRESS = 30
UNKNOWN = "unknown account"
"""Stands in the log for a name that is nobody's: people type passwords there."""


class TooManyAttemptsError(RdfaceError):
    """Nobody is told whether the last password was right; status 429."""


@dataclass(frozen=True)
class Credentials:
    """What somebody has typed."""

    name: str
    password: str

    def __repr__(self) -> str:
        """Without the password, for a traceback's sake."""
        return "Credentials(...)"


def sign_in(
    database: Database, keys: Keys, settings: Settings, typed: Credentials, actor: Actor
) -> str | None:
    """Check a password and begin a session.

    The attempt is counted before the password is looked at, so that many at once gain nothing.

    Args:
        database: Holds accounts and attempts.
        keys: Mask what is counted.
        settings: How long a session lasts.
        typed: Name and password.
        actor: From where; its name is not looked at.

    Returns:
        The session's token; None for a wrong name or password.

    Raises:
        TooManyAttemptsError: For this account or from this network.
    """
    name = typed.name.strip().lower()
    attempt = Attempt(
        account=keys.mask(name), address=keys.mask(network(actor.address)), at=time.time()
    )
    with database.writing() as work:
        _count(work, attempt)
        account = work.scalar(
            select(Account).where(Account.name == name, Account.closed_at.is_(None))
        )
        hashed = account.password if account else None
    right = is_password(typed.password, hashed)
    with database.writing() as work:
        account = work.scalar(
            select(Account).where(Account.name == name, Account.closed_at.is_(None))
        )
        known = account.name if account else UNKNOWN
        who = Actor(known, actor.address, actor.page)
        if account is None or not right or account.password != hashed:
            append(work, who, Action.SIGN_IN_FAILED, [known])
            return None
        work.execute(
            delete(Attempt).where(
                Attempt.account == attempt.account, Attempt.address == attempt.address
            )
        )
        append(work, who, Action.SIGNED_IN, [known])
        return begin_session(work, account, settings)


def network(address: str) -> str:
    """What is counted as one: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _count(work: Work, attempt: Attempt) -> None:
    since = attempt.at - WINDOW
    work.execute(delete(Attempt).where(Attempt.at < since))
    same_account = select(func.count()).where(Attempt.account == attempt.account)
    same_address = select(func.count()).where(Attempt.address == attempt.address)
    if (work.scalar(same_account) or 0) >= PER_ACCOUNT or (
        work.scalar(same_address) or 0
    ) >= PER_ADDRESS:
        raise TooManyAttemptsError(
            "Too many attempts to sign in.", hint=f"Try again in {WINDOW / 60:.0f} minutes."
        )
    work.add(attempt)
