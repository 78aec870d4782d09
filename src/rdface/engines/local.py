"""The engine ``local``: processes of this machine, each with one task at a time.

Native code can end its process with a segmentation fault, and a lack of memory ends it from
outside. concurrent.futures gives up all its workers then; here a dead worker is replaced and its
task done again.
"""

from __future__ import annotations

import atexit
import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any

from rdface import progress
from rdface.engines.answer import answer, open_answer
from rdface.engines.engine import ENGINES, Given, Result, no_address
from rdface.engines.task import Here, Needs, Task, Turn, Turns
from rdface.engines.threads import linear_algebra
from rdface.errors import RunError

_READY = b""


@ENGINES.register("local")
class Local:
    """Worker processes on the cores of this machine.

    Args:
        workers: Processes; one per core that this process may use if None.
        address: Refused.
    """

    local = private = True

    def __init__(self, workers: int | None = None, address: str | None = None) -> None:
        no_address("local", address)
        self.workers = workers

    def run(
        self,
        work: Callable[[Given, Task, Here], Result],
        tasks: Iterable[Task],
        given: Given,
        *,
        needs: Needs = Needs(),  # noqa: B008 - frozen
    ) -> Iterator[tuple[int, Result]]:
        """See :class:`~rdface.engines.engine.Engine`."""
        turns = Turns(tasks, needs.attempts)
        sent = pickle.dumps(given)
        crew: list[_Worker] = []
        stillborn = 0

        def end() -> None:
            for worker in crew:
                worker.end()

        def hire(device: str | None) -> None:
            idle = sum(worker.turn is None for worker in crew)  # each of them will take a task
            if turns.more(than=idle):
                crew.append(_Worker(work, sent, device, needs.threads))

        atexit.register(end)  # where whoever iterates is left with an error that nobody catches
        try:
            for device in needs.devices or (None,) * (self.workers or cores()):
                hire(device)
            while crew:
                heard = wait([worker.pipe for worker in crew])
                for worker in [worker for worker in crew if worker.pipe in heard]:
                    found, done = worker.hear(), worker.turn
                    if found is None:
                        crew.remove(worker)
                        worker.end()
                        if done is not None:
                            turns.give_back(done)
                        elif (stillborn := stillborn + 1) >= needs.attempts:
                            raise _unborn()
                        hire(worker.device)
                        continue
                    following = turns.take()
                    if following is None:
                        crew.remove(worker)
                        worker.end()
                    else:
                        worker.give(following)
                    if done is not None:
                        yield done.number, open_answer(found)
        finally:
            end()
            atexit.unregister(end)


class _Worker:
    """A process, our end of its pipe, and what it is at."""

    def __init__(
        self,
        work: Callable[[Any, Any, Here], Any],
        given: bytes,
        device: str | None,
        threads: int | None,
    ) -> None:
        # A forked child would inherit locks and threads of OpenCV and BLAS, and CUDA breaks.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.device = device
        self.turn: Turn[Any] | None = None
        self._given: bytes | None = given
        self._process = context.Process(target=_serve, args=(theirs, work))
        with linear_algebra(threads):
            self._process.start()
        theirs.close()

    def hear(self) -> bytes | None:
        """What it says: that it is ready, an answer; None where it is dead."""
        try:
            return self.pipe.recv_bytes()
        except (EOFError, OSError):
            return None

    def give(self, turn: Turn[Any]) -> None:
        """Its next task; with the first one goes what all read."""
        self.turn = turn
        level = logging.getLogger("rdface").getEffectiveLevel()
        here = Here(turn.attempt, self.device, local=True, log_level=level)
        with suppress(OSError):  # it is dead: that will be heard
            if self._given is not None:
                self.pipe.send_bytes(self._given)
                self._given = None
            self.pipe.send_bytes(pickle.dumps((turn.task, here)))

    def end(self) -> None:
        """Whatever it is at."""
        self.pipe.close()
        self._process.terminate()
        self._process.join()


def _unborn() -> RunError:
    return RunError(
        "A worker process died while it started.",
        hint="A script of your own must start this below `if __name__ == '__main__':`, for the "
        "workers import it. Else it may be for want of memory: --workers 1 needs the least.",
    )


def _serve(pipe: Connection, work: Callable[[Any, Any, Here], Any]) -> None:
    """What a worker does until its pipe is closed."""
    # Ctrl-C goes to the whole process group; the parent alone decides what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    progress.mute()
    try:
        pipe.send_bytes(_READY)
        given = pickle.loads(pipe.recv_bytes())  # noqa: S301 - from our parent
        while True:
            task, here = pickle.loads(pipe.recv_bytes())  # noqa: S301 - from our parent
            pipe.send_bytes(answer(work, given, task, here))
    except (EOFError, OSError):
        return


def _die_with_parent() -> None:
    """A parent that was killed cannot end its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def cores() -> int:
    """Cores this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
