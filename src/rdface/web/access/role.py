"""Roles and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Role(IntEnum):
    """What a person may do; each may do what those before it may."""

    VIEWER = 1
    """See everything, try a photograph."""
    CURATOR = 2
    """Accept and reject synthetic faces."""
    ADMIN = 3
    """Make and close accounts, read the audit log."""


@dataclass(frozen=True)
class Visitor:
    """Who is asking.

    Attributes:
        name: Of the account; ``local`` where there are no accounts.
        role: Of the account; None for somebody who has not signed in.
    """

    name: str = ""
    role: Role | None = None


LOCAL = Visitor("local", Role.ADMIN)
"""Whoever sits at this machine, where the explorer has no accounts."""
