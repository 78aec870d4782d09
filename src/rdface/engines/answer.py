"""How a worker answers: a result or an error, and what it logged on the way."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rdface.engines.task import Here
from rdface.errors import RdfaceError


@dataclass(frozen=True)
class _Answer:
    result: Any
    error: Exception | None
    said: list[logging.LogRecord]


def answer(work: Callable[[Any, Any, Here], Any], given: Any, task: Any, here: Here) -> bytes:  # noqa: ANN401
    """Do a task; the answer is bytes that :func:`open_answer` reads, whatever happens."""
    with _listening(here.log_level) as said:
        try:
            return pickle.dumps(_Answer(work(given, task, here), None, said))
        except Exception as error:  # told to the one who gave the task, who raises it
            return _told(error, said)


def open_answer(data: bytes) -> Any:  # noqa: ANN401 - whatever the work gave
    """The result; what was logged is logged here.

    Raises:
        Exception: What the work raised.
    """
    # A worker of our own wrote it.
    found: _Answer = pickle.loads(data)  # noqa: S301
    for record in found.said:
        logging.getLogger(record.name).handle(record)
    if found.error is not None:
        raise found.error
    return found.result


def _told(error: Exception, said: list[logging.LogRecord]) -> bytes:
    told = error
    if not isinstance(error, RdfaceError):
        told.add_note("In a worker:\n" + traceback.format_exc())
    try:
        data = pickle.dumps(_Answer(None, told, said))
        pickle.loads(data)  # noqa: S301 - ours; some errors can be written and not read
    except Exception:
        data = pickle.dumps(_Answer(None, RuntimeError(traceback.format_exc()), said))
    return data


class _Listener(logging.Handler):
    """Collects records in a form that can travel."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record = copy.copy(record)
        record.msg, record.args = record.getMessage(), None
        record.exc_info = None
        self.said.append(record)


@contextmanager
def _listening(level: int) -> Iterator[list[logging.LogRecord]]:
    """Collect what rdface logs, instead of writing it."""
    logger, listener = logging.getLogger("rdface"), _Listener()
    level_before, propagated = logger.level, logger.propagate
    logger.addHandler(listener)
    logger.setLevel(level)
    logger.propagate = False
    try:
        yield listener.said
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level_before)
        logger.propagate = propagated
