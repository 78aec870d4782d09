"""Work that a worker can import."""

from __future__ import annotations

import logging
import os
import signal
import time
from pathlib import Path

from rdface.engines import Here
from rdface.errors import CohortError


def square(given: int, task: int, here: Here) -> int:
    return given + task * task


def die_once(given: None, task: int, here: Here) -> tuple[int, int]:
    if task == 3 and here.attempt == 0:
        os.kill(os.getpid(), signal.SIGSEGV)
    return task, here.attempt


def die_always(given: Path, task: int, here: Here) -> None:
    (given / f"{task}-{here.attempt}").touch()
    os.kill(os.getpid(), signal.SIGKILL)


def complain(given: None, task: int, here: Here) -> None:
    raise CohortError("no such face", hint="look again")


def break_(given: None, task: int, here: Here) -> None:
    raise Unreadable(1, 2)


class Unreadable(Exception):
    """Can be written, and not be read again."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__("broken")


def say(given: None, task: int, here: Here) -> None:
    logging.getLogger("rdface.tests").info("at %d", task)
    logging.getLogger("rdface.tests").debug("not wanted")


def device(given: None, task: int, here: Here) -> str | None:
    time.sleep(0.2)
    return here.device


def met_device(given: Path, task: int, here: Here) -> str | None:
    """Its device, as soon as another worker has come to the same folder with another one."""
    (given / str(here.device)).touch()
    deadline = time.monotonic() + 60
    while len(list(given.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    return here.device


def variable(given: str, task: int, here: Here) -> str | None:
    return os.environ.get(given)


def note(given: Path, task: int, here: Here) -> tuple[str, bool]:
    with here.workplace(given) as folder:
        folder.mkdir(exist_ok=True)
        (folder / f"{task}.txt").write_text(str(task))
        return str(folder), bool(here.pack(folder))


def sleep(given: None, task: int, here: Here) -> None:
    time.sleep(60)


def sleep_after_the_first(given: None, task: int, here: Here) -> None:
    time.sleep(600 if task else 0)
