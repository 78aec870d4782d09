"""The mesh keeps LiteRT quiet; the process keeps its stderr."""

from __future__ import annotations

import os
from threading import Event, Thread

from rdface.faces import mesh468


def test_two_threads_that_keep_it_quiet_leave_stderr_as_it_was() -> None:
    """The first ends before the second: what it gives back must not be what the second found."""
    kept, before = os.dup(2), os.fstat(2)
    second_is_in, first_is_out = Event(), Event()

    def second() -> None:
        with mesh468._quiet():
            second_is_in.set()
            assert first_is_out.wait(30)

    thread = Thread(target=second)
    try:
        with mesh468._quiet():
            thread.start()
            assert not second_is_in.wait(0.5)
        first_is_out.set()
        thread.join(30)
        assert os.path.samestat(os.fstat(2), before)
    finally:
        first_is_out.set()
        thread.join(30)
        os.dup2(kept, 2)
        os.close(kept)
