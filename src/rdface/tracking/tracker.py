"""What a tracker is, and the registry of all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rdface.errors import UsageError
from rdface.registry import Registry
from rdface.tracking.record import Record


class Tracker(Protocol):
    """Keeps records of runs, each once however often it is told of it."""

    def log(self, records: Sequence[Record]) -> int:
        """Keep records; gives the number of those that were new, if that is known, else all."""
        ...

    @property
    def place(self) -> str:
        """Where they are, and how to look at them, in one sentence."""
        ...


TRACKERS: Registry[Callable[[str, bool], Tracker]] = Registry("tracker", "rdface.tracking")
"""Factories by name; each takes the store (empty for its own default) and whether it may send."""


def refuse_to_send(store: str) -> UsageError:
    """The error for a store that is elsewhere where nothing may leave the machine."""
    return UsageError(
        f"{store.split('@')[-1]} is not on this machine, and nothing is sent unless you say so.",
        hint="Add --online if numbers and settings of the runs may go there.",
    )


def missing(package: str) -> UsageError:
    """The error for a tracker that is not installed."""
    return UsageError(
        f"{package} is not installed.",
        hint="Run `pip install 'rdface[track]'`; in a checkout `pip install -e '.[track]'`.",
    )
