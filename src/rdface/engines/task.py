"""A task on its way: what it needs, where it is done, and how often it was tried."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shutil import rmtree
from typing import Generic, TypeVar

from rdface.engines.parcel import Parcel, pack
from rdface.errors import RunError
from rdface.files import cache_dir, sha256_bytes

Task = TypeVar("Task")

AWAY = "away"
"""Folder of the cache where tasks work whose own folder is on another machine."""


@dataclass(frozen=True)
class Needs:
    """What every task of a run needs.

    Attributes:
        gpu: One GPU, where the cluster has any.
        devices: Local workers' devices as torch names them, one worker for each; () for as many
            workers as there are cores, and the device that torch would choose.
        attempts: How many workers a task may kill before the run is given up.
        threads: Of linear algebra in a worker, with a core each where a machine has as many; None
            for as many as in this process.
    """

    gpu: bool = False
    devices: tuple[str, ...] = ()
    attempts: int = 3
    threads: int | None = None


@dataclass(frozen=True)
class Here:
    """Where a task is done.

    Attributes:
        attempt: 0, then 1 after a worker has died over the task, and so on.
        device: The worker's own; None for the one that torch would choose.
        local: See :class:`~rdface.engines.engine.Engine`.
        log_level: From which on log records travel home.
    """

    attempt: int = 0
    device: str | None = None
    local: bool = True
    log_level: int = 30

    @contextmanager
    def workplace(self, home: Path) -> Iterator[Path]:
        """The folder of a task: its own, or where that is on another machine, one in the cache.

        There it is removed at the end. A task that was killed goes on in it, if it comes to the
        same machine again.
        """
        if self.local:
            yield home
            return
        folder = cache_dir(AWAY) / sha256_bytes(str(home).encode())[:24]
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        rmtree(folder, ignore_errors=True)

    def pack(self, folder: Path) -> Parcel:
        """What has to travel home from a :meth:`workplace`; nothing from the task's own folder."""
        return {} if self.local else pack(folder)


@dataclass(frozen=True)
class Turn(Generic[Task]):
    """One attempt at one task.

    Attributes:
        number: Of the task, from 0.
        task: What to do.
        attempt: From 0.
    """

    number: int
    task: Task
    attempt: int = 0


class Turns(Generic[Task]):
    """Who is next: tasks in their order, but first those whose worker died.

    Args:
        tasks: All of them.
        attempts: How many workers each may kill.
    """

    def __init__(self, tasks: Iterable[Task], attempts: int) -> None:
        self._fresh = (Turn(number, task) for number, task in enumerate(tasks))
        self._waiting: deque[Turn[Task]] = deque()
        self._attempts = attempts

    def more(self, than: int = 0) -> bool:
        """Whether more tasks wait than so many."""
        missing = max(0, than + 1 - len(self._waiting))
        self._waiting.extend(islice(self._fresh, missing))
        return len(self._waiting) > than

    def take(self) -> Turn[Task] | None:
        """The next turn, or None."""
        return self._waiting.popleft() if self.more() else None

    def give_back(self, turn: Turn[Task]) -> None:
        """Its worker has died over it.

        Raises:
            RunError: Once too often.
        """
        tried = turn.attempt + 1
        if tried >= self._attempts:
            raise RunError(
                f"A worker died {tried} times over the same task, perhaps for want of memory.",
                hint="Run the same command again: it goes on where it stopped. With --workers 1 it "
                "needs the least memory.",
            )
        self._waiting.appendleft(Turn(turn.number, turn.task, tried))
