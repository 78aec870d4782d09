"""Close connections on which no request comes or no answer is read: they shut everybody out.

uvicorn by itself waits without end for a first request, for the rest of one that has begun, and for
whoever does not read what it sends.
"""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 15.0
"""The headers of a request must have come within that time; its body has a limit of its own."""
READ_SECONDS = 60.0
"""What is sent must have been read within that time; files are sent in small parts."""


class HeaderLimit(H11Protocol):
    """uvicorn's HTTP/1.1, for its option ``http``."""

    seconds: ClassVar[float] = HEADER_SECONDS
    read_seconds: ClassVar[float] = READ_SECONDS

    def __init__(self, *args: Any, **others: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*args, **others)
        self._end: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """From now on a request is waited for."""
        super().connection_made(transport)
        # Whatever is left unsent is waited for: its reader could keep a closed connection, too.
        transport.set_write_buffer_limits(high=1, low=0)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Begin or end to wait, by how far the request has come."""
        super().data_received(data)
        answered = self.conn.our_state is h11.DONE  # and nobody reads the rest of the body
        if self.conn.their_state is h11.IDLE or answered:
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._stop_waiting()
        self._stop_sending()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The reader is behind; from now on he is waited for."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(self.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """He has caught up."""
        self._stop_sending()
        super().resume_writing()

    def _wait(self) -> None:
        if self._end is None:
            self._end = self.loop.call_later(self.seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _stop_sending(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
