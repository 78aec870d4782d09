"""An application that really listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from fastapi import FastAPI


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Its address on a free port of the loopback, for as long as the block lasts."""
    listening = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", limit_max_requests=100_000)
    )
    thread = Thread(target=listening.run, daemon=True)
    thread.start()
    while not listening.started:
        thread.join(0.05)
        assert thread.is_alive(), "the explorer does not start"
    port = listening.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    listening.should_exit = True
    thread.join(10)
