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

PER_ADDRESS = 30
"""Failures from one network, for whatever accounts."""

PER_ACCOUNT = 50
"""Failures for one account, from wherever: more than one network can make, so that nobody locks
out somebody else from a single place."""

PER_BOTH = 10
"""Failures for one account from one network."""

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
    proven = prove(database, keys, typed, actor)
    if proven is None:
        return None
    with database.writing() as work:
        account = _account(work, proven.name)
        if account is None or account.password != proven.password:
            return None  # closed or changed in this very moment
        append(
            work, Actor(account.name, actor.address, actor.page), Action.SIGNED_IN, [account.name]
        )
        return begin_session(work, account, settings)


def prove(database: Database, keys: Keys, typed: Credentials, actor: Actor) -> Account | None:
    """Whose name and password these are; None for nobody's.

    The attempt is counted before the password is looked at, so that many at once gain nothing; a
    name that is nobody's takes as long as another.

    Raises:
        TooManyAttemptsError: For this account or from this network.
    """
    name = typed.name.strip().lower()
    attempt = Attempt(
        account=keys.mask(name), address=keys.mask(network(actor.address)), at=time.time()
    )
    masks = Attempt.account == attempt.account, Attempt.address == attempt.address
    with database.writing() as work:
        _count(work, attempt)
        account = _account(work, name)
        if account is not None:
            work.expunge(account)
    right = is_password(typed.password, account.password if account else None)
    with database.writing() as work:
        if right:
            work.execute(delete(Attempt).where(*masks))
        else:
            known = account.name if account else UNKNOWN
            who = Actor(known, actor.address, actor.page)
            append(work, who, Action.SIGN_IN_FAILED, [known])
    return account if right else None


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
    work.execute(delete(Attempt).where(Attempt.at < attempt.at - WINDOW))
    account = Attempt.account == attempt.account
    address = Attempt.address == attempt.address
    for allowed, same in (
        (PER_ADDRESS, address),
        (PER_ACCOUNT, account),
        (PER_BOTH, account & address),
    ):
        if (work.scalar(select(func.count()).select_from(Attempt).where(same)) or 0) >= allowed:
            raise TooManyAttemptsError(
                "Too many attempts to sign in.", hint=f"Try again in {WINDOW / 60:.0f} minutes."
            )
    work.add(attempt)


def _account(work: Work, name: str) -> Account | None:
    if "\0" in name:  # PostgreSQL cannot even be asked
        return None
    return work.scalar(select(Account).where(Account.name == name, Account.closed_at.is_(None)))
