"""Tasks in processes of their own, each of which writes what it has done."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from rdface.errors import RunError
from rdface.processes import follow_parent

Task = TypeVar("Task")
Given = TypeVar("Given")


def run_in_workers(
    tasks: Sequence[Task],
    work: Callable[[Task], None],
    *,
    workers: int | None,
    prepare: Callable[[Given], None],
    given: Given,
) -> Iterator[None]:
    """Do ``work(task)`` for every task; yields when one is done.

    Whoever stops the iteration, or presses Ctrl-C, ends the workers at once: what a task writes
    must be whole or not be there.

    Args:
        tasks: Picklable.
        work: A function of a module, so that a new process can import it.
        workers: Processes; as many as there are cores if None.
        prepare: Called once in each worker; likewise.
        given: Its argument, small: it goes through a pipe, which a worker that dies while it
            starts would leave blocked. What is large goes through a file.

    Raises:
        RunError: A worker was killed, by a lack of memory for instance.
        Exception: Whatever the work itself raised.
    """
    if not tasks:
        return
    others = multiprocessing.active_children()
    pool = ProcessPoolExecutor(
        min(workers or os.cpu_count() or 1, len(tasks)),
        # A forked child would inherit locks and threads of OpenCV and BLAS.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(prepare, given),
    )
    try:
        for done in as_completed([pool.submit(work, task) for task in tasks]):
            done.result()
            yield
    except (KeyboardInterrupt, GeneratorExit):
        for worker in multiprocessing.active_children():
            if worker not in others:
                worker.terminate()
        raise
    except BrokenProcessPool as error:
        raise RunError(
            "A worker process died, perhaps for want of memory.",
            hint="Run the same command again: it goes on where it stopped. With --workers 1 it "
            "needs the least memory. A script of your own must start this below "
            "`if __name__ == '__main__':`, for the workers import it.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin(prepare: Callable[[Given], None], given: Given) -> None:
    follow_parent()
    prepare(given)
