"""Progress bars on standard error: a moving bar for people, two quiet lines for logs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
Advance = Callable[[int], None]


@contextmanager
def bar(description: str, total: int) -> Iterator[Advance]:
    """Show a bar of ``total`` steps; yields the function that moves it on.

    Where standard error is no terminal, only the begin and the end are written.
    """
    if not sys.stderr.isatty():
        yield from _quiet(description, total)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", justify="left"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as shown:
        task = shown.add_task(description, total=total)
        yield lambda steps: shown.advance(task, steps)


def _quiet(description: str, total: int) -> Iterator[Advance]:
    started, done = time.monotonic(), 0

    def advance(steps: int) -> None:
        nonlocal done
        done += steps

    sys.stderr.write(f"{description}: {total} to do\n")
    sys.stderr.flush()
    try:
        yield advance
    finally:
        seconds = time.monotonic() - started
        sys.stderr.write(f"{description}: {done} of {total} done in {seconds:.1f} s\n")
        sys.stderr.flush()


def track(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """Iterate over ``items`` with a bar; ``total`` is needed where they have no length."""
    if total is None:
        if not isinstance(items, Sized):
            raise ValueError("give total for items without a length")
        total = len(items)
    with bar(description, total) as advance:
        for item in items:
            yield item
            advance(1)
