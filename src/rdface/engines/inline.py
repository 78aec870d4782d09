"""The engine ``inline``: this process, one task after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rdface.engines.engine import ENGINES, Given, Result, no_address
from rdface.engines.task import Here, Needs, Task


@ENGINES.register("inline")
class Inline:
    """Nothing to start, nothing to send; a debugger works, and a crash ends everything.

    Args:
        workers: Not more than one task is ever done at once.
        address: Refused.
    """

    local = private = True

    def __init__(self, workers: int | None = None, address: str | None = None) -> None:
        no_address("inline", address)

    def run(
        self,
        work: Callable[[Given, Task, Here], Result],
        tasks: Iterable[Task],
        given: Given,
        *,
        needs: Needs = Needs(),  # noqa: B008 - frozen
    ) -> Iterator[tuple[int, Result]]:
        """See :class:`~rdface.engines.engine.Engine`."""
        here = Here(device=next(iter(needs.devices), None))
        for number, task in enumerate(tasks):
            yield number, work(given, task, here)
