"""Workers that die."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from rdface.errors import SimulationError
from rdface.simulate.workers import ATTEMPTS, run_tasks


def _square(task: int, attempt: int) -> int:
    return task * task


def _die_once(task: int, attempt: int) -> tuple[int, int]:
    if task == 3 and attempt == 0:
        os.kill(os.getpid(), signal.SIGSEGV)
    return task, attempt


def _die_always(task: Path, attempt: int) -> None:
    (task / str(attempt)).touch()
    os.kill(os.getpid(), signal.SIGKILL)


def _complain(task: int, attempt: int) -> None:
    raise SimulationError("no such face", hint="look again")


def test_every_task_is_done_once() -> None:
    """Results come with their tasks, whatever the order."""
    assert dict(run_tasks(range(7), _square, 2)) == {n: n * n for n in range(7)}


def test_a_dying_worker_costs_one_retry() -> None:
    """A segmentation fault is tried again, and no other task notices."""
    done = dict(run_tasks(range(6), _die_once, 2))
    assert {task: attempt for task, attempt in done.values()} == {
        0: 0, 1: 0, 2: 0, 3: 1, 4: 0, 5: 0
    }  # fmt: skip


def test_a_hopeless_task_is_given_up(tmp_path: Path) -> None:
    """A task that kills every worker ends the run with an error, after a fixed number of tries."""
    with pytest.raises(SimulationError, match="died"):
        list(run_tasks([tmp_path], _die_always, 1))
    assert len(list(tmp_path.iterdir())) == ATTEMPTS


def test_errors_of_the_work_are_passed_on() -> None:
    """What the work raises is raised here, hint included."""
    with pytest.raises(SimulationError) as caught:
        list(run_tasks([1, 2], _complain, 2))
    assert caught.value.hint == "look again"


def test_stopping_early_ends_the_workers() -> None:
    """Closing the iterator, as Ctrl-C does, leaves no process behind."""
    import multiprocessing

    results = run_tasks(range(100), _square, 2)
    next(iter(results))
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()
