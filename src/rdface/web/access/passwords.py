"""Passwords: what is good enough, and their Argon2id hashes."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rdface.errors import UsageError

SHORTEST = 12
LONGEST = 200
_FEWEST_CHARACTERS = 6

_HASHER = PasswordHasher()  # RFC 9106, low memory: 64 MiB, three passes
_AT_ONCE = BoundedSemaphore(2)
"""Many sign-ins at once shall not fill the memory; they wait in their threads."""


def check_password(password: str, name: str) -> None:
    """Refuse what is guessed easily; length counts, not special characters (NIST SP 800-63B).

    Raises:
        UsageError: With what to do.
    """
    wrong = ""
    if not SHORTEST <= len(password) <= LONGEST:
        wrong = f"A password has {SHORTEST} to {LONGEST} characters."
    elif len(set(password)) < _FEWEST_CHARACTERS:
        wrong = f"A password has at least {_FEWEST_CHARACTERS} different characters."
    elif name in password.lower():
        wrong = "A password must not hold the account's name."
    if wrong:
        raise UsageError(wrong, hint="Four or five words that do not belong together are good.")


def hash_password(password: str) -> str:
    """Slow and large in memory, on purpose."""
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def is_password(password: str, hashed: str | None) -> bool:
    """Whether it is the one that was hashed.

    Args:
        password: As typed.
        hashed: None for nobody's; takes as long as somebody's.
    """
    with _AT_ONCE:
        try:
            right = _HASHER.verify(hashed or _nobodys(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return right and hashed is not None


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _HASHER.hash("nobody")


def _normal(password: str) -> str:
    """The same characters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)
