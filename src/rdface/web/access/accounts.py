"""Accounts: make, list, change, close. Every change is in the log, in the same transaction."""

from __future__ import annotations

import re
import time

from sqlalchemy import func, select
from sqlalchemy.orm import Session as Work

from rdface.errors import UsageError
from rdface.registry import nearest
from rdface.web.access.log import Action, Actor, append
from rdface.web.access.passwords import check_password, hash_password
from rdface.web.access.role import Role
from rdface.web.access.sessions import end_sessions
from rdface.web.storage.database import Database
from rdface.web.storage.tables import Account

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_ANY = select(Account.id).limit(1)
_RESERVED = {"local", "nobody", "console"}


def any_accounts(database: Database) -> bool:
    """Whether there ever was one; a closed one counts: it never opens the explorer to everybody."""
    with database.reading() as work:
        return work.scalar(_ANY) is not None


def accounts(database: Database) -> list[Account]:
    """All of them by name, the closed ones too."""
    with database.reading() as work:
        return list(work.scalars(select(Account).order_by(Account.name)))


def add_account(database: Database, name: str, password: str, role: Role, by: Actor) -> None:
    """Make one.

    Raises:
        UsageError: The name is taken or no name, the password is weak, or the first account
            would not be an admin's.
    """
    name = name.strip().lower()
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise UsageError(
            "That cannot be the name of an account.",
            hint="2 to 32 of a-z, 0-9, '.', '_' and '-', a letter first; "
            f"not {', '.join(sorted(_RESERVED))}.",
        )
    check_password(password, name)
    hashed = hash_password(password)
    with database.writing() as work:
        if work.scalar(select(Account.id).where(Account.name == name)) is not None:
            raise UsageError(
                f"There is or was an account {name}.",
                hint="Names are not used twice: the log must say who did what.",
            )
        if role is not Role.ADMIN and work.scalar(_ANY) is None:
            raise UsageError(
                "The first account must be an admin's.", hint="Who else would make the others?"
            )
        made = Account(name=name, password=hashed, role=role.name.lower(), made_at=time.time())
        work.add(made)
        append(work, by, Action.ACCOUNT_MADE, [f"{name}: {made.role}"])


def set_password(database: Database, name: str, password: str, by: Actor) -> None:
    """Change it and end the account's sessions.

    Raises:
        UsageError: No such open account, or the password is weak.
    """
    check_password(password, name)
    hashed = hash_password(password)
    with database.writing() as work:
        account = open_account(work, name)
        account.password = hashed
        end_sessions(work, account.id)
        append(work, by, Action.PASSWORD_CHANGED, [name])


def set_role(database: Database, name: str, role: Role, by: Actor) -> None:
    """Change it, from the next request on.

    Raises:
        UsageError: No such open account, or the last admin would be gone.
    """
    with database.writing() as work:
        account = open_account(work, name)
        if role is not Role.ADMIN:
            _keep_an_admin(work, account)
        append(work, by, Action.ROLE_CHANGED, [f"{name}: {account.role} to {role.name.lower()}"])
        account.role = role.name.lower()


def close_account(database: Database, name: str, by: Actor) -> None:
    """Let nobody sign in with it again, and end its sessions.

    Raises:
        UsageError: No such open account, or the last admin would be gone.
    """
    with database.writing() as work:
        account = open_account(work, name)
        _keep_an_admin(work, account)
        account.closed_at = time.time()
        end_sessions(work, account.id)
        append(work, by, Action.ACCOUNT_CLOSED, [name])


def open_account(work: Work, name: str) -> Account:
    """The one of that name.

    Raises:
        UsageError: There is none, or it is closed.
    """
    open_ones = select(Account).where(Account.closed_at.is_(None))
    account = work.scalar(open_ones.where(Account.name == name))
    if account is None:
        names = [each.name for each in work.scalars(open_ones)]
        raise UsageError("There is no open account of that name.", hint=nearest(name, names))
    return account


def _keep_an_admin(work: Work, going: Account) -> None:
    others = select(func.count(Account.id)).where(
        Account.role == Role.ADMIN.name.lower(), Account.closed_at.is_(None), Account.id != going.id
    )
    if going.role == Role.ADMIN.name.lower() and not work.scalar(others):
        raise UsageError(f"{going.name} is the last admin.", hint="Make another admin first.")
