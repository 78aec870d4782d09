"""What was found, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["good", "absent", "wrong"]
"""``absent``: only some commands want it. ``wrong``: ``rdface demo`` would fail or be unsafe."""


class Finding(BaseModel):
    """One line of a checkup.

    Attributes:
        section: What it belongs to, e.g. ``packages``.
        name: What was looked at.
        state: How it is.
        about: What was seen, in words.
        mend: What to do; empty where nothing has to be done.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section: str
    name: str
    state: State
    about: str
    mend: str = ""


def without_home(path: Path) -> str:
    """The path with ``~`` for the home folder: what is sent with a question names no user."""
    try:
        return str(Path("~") / path.relative_to(Path.home()))
    except (ValueError, RuntimeError):
        return str(path)
