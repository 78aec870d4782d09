"""Where photographs are handed in: one is looked at at a time, a few wait, the rest is sent away.

Decoding 25 million pixels takes up to 0.7 GB (docs/try-a-photograph.md), and the networks serve one
at a time. Waiting photographs hold threads that the other pages need, so only a few may wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from fastapi import HTTPException

PLACES = 8
"""Photographs that are in the house at once: one is looked at, the others wait."""


class Counter:
    """Takes turns.

    Args:
        places: Photographs at once.
    """

    def __init__(self, places: int = PLACES) -> None:
        self._places = BoundedSemaphore(places)
        self._turn = Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn.

        Raises:
            HTTPException: 503 where too many wait already.
        """
        if not self._places.acquire(blocking=False):
            raise HTTPException(
                503,
                "Too many photographs are being looked at. Try again in a few seconds.",
                headers={"Retry-After": "5"},
            )
        try:
            with self._turn:
                yield
        finally:
            self._places.release()
