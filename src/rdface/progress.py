"""Progress bars on standard error: a moving bar for people, two quiet lines for logs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Advance = Callable[[int], None]

_muted = False


def mute() -> None:
    """Show no bar in this process any more: it works for another, whose bar stands there."""
    global _muted
    _muted = True


@contextmanager
def bar(description: str, total: int) -> Iterator[Advance]:
    """Show a bar of ``total`` steps; yields the function that moves it on.

    Where standard error is no terminal, only the begin and the end are written; after
    :func:`mute` nothing is.
    """
    if _muted:
        yield lambda _: None
        return
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
        TextColumn("{task.description}", justify="left", markup=False),
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
