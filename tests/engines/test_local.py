"""The engine ``local``: each task once, whatever dies."""

from __future__ import annotations

import logging
import multiprocessing
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from rdface.engines import Local, Needs, local, make_engine
from rdface.errors import CohortError, RunError, UsageError
from tests.engines import work


def test_every_task_is_done_once_and_results_come_with_its_number() -> None:
    found = dict(Local(2).run(work.square, range(7), 100))
    assert found == {n: 100 + n * n for n in range(7)}
    assert not multiprocessing.active_children()


def test_tasks_are_read_as_workers_become_free() -> None:
    """A million tasks need not be there at once."""
    read: list[int] = []
    tasks = (read.append(n) or n for n in range(50))  # type: ignore[func-returns-value]
    results = Local(1).run(work.square, tasks, 0)
    next(results)
    assert len(read) < 5
    results.close()  # type: ignore[attr-defined]
    assert not multiprocessing.active_children()


def test_no_more_workers_start_than_there_are_tasks() -> None:
    results = Local(6).run(work.square, [1, 2], 0)
    next(results)
    assert len(multiprocessing.active_children()) <= 2
    assert len(list(results)) == 1


def test_a_dying_worker_costs_one_attempt() -> None:
    """A segmentation fault is tried again, and no other task notices."""
    found = dict(Local(2).run(work.die_once, range(5), None))
    assert found == {0: (0, 0), 1: (1, 0), 2: (2, 0), 3: (3, 1), 4: (4, 0)}


def test_a_hopeless_task_is_given_up(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="died 2 times"):
        list(Local(1).run(work.die_always, [0], tmp_path, needs=Needs(attempts=2)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0-0", "0-1"]


def test_errors_come_home() -> None:
    """With their hint; and where they cannot travel, as words."""
    with pytest.raises(CohortError) as caught:
        list(Local(1).run(work.complain, [1, 2], None))
    assert caught.value.hint == "look again"
    with pytest.raises(RuntimeError, match="in break_"):
        list(Local(1).run(work.break_, [1], None))


def test_log_records_come_home(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "rdface"):
        list(Local(1).run(work.say, [4], None))
    assert [record.getMessage() for record in caplog.records] == ["at 4"]


def test_ctrl_c_does_not_wait_for_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told nothing: it ends them, whatever they are at."""
    heard = local.wait

    def stop_at_the_second(pipes: list[Any]) -> list[Any]:
        monkeypatch.setattr(local, "wait", interrupt)
        return list(heard(pipes))

    def interrupt(pipes: object) -> list[Any]:
        raise KeyboardInterrupt

    monkeypatch.setattr(local, "wait", stop_at_the_second)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(Local(1).run(work.sleep, [0], None))
    assert time.monotonic() - started < 30 and not multiprocessing.active_children()


def test_each_device_has_a_worker(tmp_path: Path) -> None:
    needs = Needs(devices=("a", "b"))
    found = dict(Local().run(work.met_device, range(4), tmp_path, needs=needs))
    assert set(found.values()) == {"a", "b"}


def test_threads_are_those_that_are_asked_for() -> None:
    (found,) = Local(1).run(work.variable, [0], "MKL_NUM_THREADS", needs=Needs(threads=7))
    assert found == (0, "7")


def test_a_worker_that_dies_at_the_start_is_told_of(tmp_path: Path) -> None:
    """A script without a guard: its workers import it, and die; it must not hang."""
    script = tmp_path / "unguarded.py"
    script.write_text(
        "import multiprocessing, sys\n"
        "if multiprocessing.parent_process() is not None: sys.exit(1)\n"
        "from rdface.engines import Local\n"
        "from rdface.errors import RunError\n"
        "from tests.engines.work import square\n"
        "try: list(Local(2).run(square, [1, 2], b'x' * 10_000_000))\n"
        "except RunError as error: print(error.message, error.hint)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONPATH": f"{root}:{root / 'src'}", "PATH": ""},
    )
    assert "A worker process died" in done.stdout, done.stderr
    assert "__main__" in done.stdout


def test_names_and_numbers_are_checked() -> None:
    with pytest.raises(UsageError, match="engine called 'rai'"):
        make_engine("rai")
    with pytest.raises(UsageError, match="no --address"):
        make_engine("local", address="localhost:1")
    with pytest.raises(UsageError, match="0 workers"):
        make_engine("local", workers=0)
