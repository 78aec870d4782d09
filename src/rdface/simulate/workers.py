"""Worker processes that may die: a crash costs one retry, never the run.

A renderer in native code can end its process with a segmentation fault. concurrent.futures gives
up all its workers then; here a dead worker is replaced and its task done again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from rdface.errors import SimulationError

Task = TypeVar("Task")
Result = TypeVar("Result")
Work = Callable[[Task, int], Result]

ATTEMPTS = 6
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass
class _Worker(Generic[Task]):
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    attempt: int = 0


def run_tasks(
    tasks: Iterable[Task], work: Work[Task, Result], processes: int
) -> Iterator[tuple[Task, Result]]:
    """Do `work(task, attempt)` for every task in worker processes; yields results as they come.

    `attempt` is 0, then 1 after a worker died over the task, and so on: a rule that the work may
    use to render a little differently. Interrupting the iteration ends the workers.

    Args:
        tasks: Picklable tasks.
        work: A function of a module, so that a new process can import it.
        processes: Number of workers.

    Raises:
        SimulationError: A task has killed its worker ATTEMPTS times.
        Exception: Whatever the work itself raised, passed on.
    """
    context = multiprocessing.get_context("spawn")
    waiting = deque((task, 0) for task in tasks)
    workers: list[_Worker[Task]] = []

    def hire() -> _Worker[Task]:
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, work), daemon=True)
        with _one_thread_each():
            process.start()
        theirs.close()
        return _Worker(process, ours)

    def give(worker: _Worker[Task]) -> None:
        worker.task, worker.attempt = waiting.popleft()
        worker.pipe.send((worker.task, worker.attempt))

    try:
        for _ in range(min(processes, len(waiting))):
            workers.append(hire())
            give(workers[-1])
        while workers:
            ready = wait([worker.pipe for worker in workers])
            for worker in [worker for worker in workers if worker.pipe in ready]:
                task = worker.task
                assert task is not None  # noqa: S101 - narrows the type
                try:
                    failed, answer = worker.pipe.recv()
                except (EOFError, ConnectionResetError):
                    _dismiss(worker)
                    workers.remove(worker)
                    if worker.attempt + 1 >= ATTEMPTS:
                        raise SimulationError(
                            f"the renderer died {ATTEMPTS} times over {task}",
                            hint="is there enough memory? 1.5 GB per worker is plenty",
                        ) from None
                    waiting.appendleft((task, worker.attempt + 1))
                    worker = hire()
                    workers.append(worker)
                    give(worker)
                    continue
                if failed:
                    raise answer
                if waiting:
                    give(worker)
                else:
                    _dismiss(worker)
                    workers.remove(worker)
                yield task, answer
    finally:
        for worker in workers:
            _dismiss(worker)


def _dismiss(worker: _Worker[Any]) -> None:
    worker.pipe.close()
    worker.process.terminate()
    worker.process.join()
    worker.process.close()


def _serve(pipe: Connection, work: Callable[[Any, int], Any]) -> None:
    # Ctrl-C goes to the whole process group; the parent alone decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            task, attempt = pipe.recv()
        except EOFError:
            return
        try:
            answer = (False, work(task, attempt))
        except Exception as error:  # told to the parent, who raises it
            answer = (True, error)
        pipe.send(answer)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """New processes see one thread for linear algebra: the cores are shared by processes."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
