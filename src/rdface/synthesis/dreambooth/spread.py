"""Spread jobs over devices: one process each, in which the base model stays open."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from rdface.errors import UsageError
from rdface.processes import follow_parent

Task = TypeVar("Task")
Result = TypeVar("Result")


def spread(
    tasks: Sequence[Task], work: Callable[[Task, str], Result], devices: Sequence[str]
) -> Iterator[tuple[int, Result]]:
    """Do ``work(task, device)`` for every task; a device gets its next task when it is free.

    Args:
        tasks: Picklable.
        work: A function of a module, so that a new process can import it.
        devices: Names; one that stands there twice gets two processes.

    Yields:
        The number of a task and its result, as they come.

    Raises:
        UsageError: A process died.
        Exception: Whatever the work itself raised.
    """
    context = multiprocessing.get_context("spawn")  # CUDA does not survive a fork
    used = list(devices)[: len(tasks)]
    pools = [ProcessPoolExecutor(1, context, follow_parent) for _ in used]
    waiting = iter(enumerate(tasks))
    running: dict[Future[Result], tuple[int, int]] = {}

    def give(place: int) -> None:
        following = next(waiting, None)
        if following is not None:
            number, task = following
            running[pools[place].submit(work, task, used[place])] = (number, place)

    try:
        for place in range(len(pools)):
            give(place)
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                number, place = running.pop(future)
                result = future.result()
                give(place)
                yield number, result
    except BrokenProcessPool as error:
        raise UsageError(
            "A process of DreamBooth died, perhaps for want of memory.",
            hint="Do the same again: it goes on at the last checkpoint. Fewer `devices`, "
            "`tuning: lora` or `gradient_checkpointing: true` need less memory. A script of your "
            "own must fit and sample below `if __name__ == '__main__':`.",
        ) from error
    finally:
        for pool in pools:
            for process in list((pool._processes or {}).values()):
                process.terminate()  # what it was at goes on from its checkpoint
            pool.shutdown(wait=True, cancel_futures=True)
