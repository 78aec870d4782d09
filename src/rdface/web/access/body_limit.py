"""Take in no more than is allowed, and only into memory.

A photograph of a patient must not lie in a temporary file, and nobody fills the memory by sending
without end, with a stated length or without.
"""

from __future__ import annotations

import resource

import anyio
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rdface.web.access.failures import answer_failure

FORM_BYTES = 65_536
"""For the fields of a form; all that somebody may send who has not signed in."""

BODY_SECONDS = 60.0
"""A body must have come within that time."""


def keep_uploads_in_memory() -> None:
    """Let no form that Starlette reads in this process be written to a file.

    Its parser moves what is larger than ``spool_max_size`` to the disk; 0 means never
    (:class:`tempfile.SpooledTemporaryFile`). A decoder that crashes leaves no image of the memory.
    """
    MultiPartParser.spool_max_size = 0
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _named(size: int) -> str:
    """``10 MB``, rounded down; the file itself has to be a little smaller than all that is sent."""
    return f"{size // 1_000_000} MB" if size >= 1_000_000 else f"{size // 1000} kB"


class BodyLimit:
    """ASGI middleware: 413 to a body that is too large, 408 to one that is too slow.

    Args:
        app: What comes next.
        largest: Bytes that somebody may send who has signed in.
        seconds: For all of a body.
    """

    def __init__(self, app: ASGIApp, *, largest: int, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self.largest = largest
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the stated length, then count what comes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        allowed = self.largest if request.state.visitor.role is not None else FORM_BYTES
        too_large = HTTPException(413, f"That is too large: at most {_named(allowed)} are taken.")
        stated = request.headers.get("content-length", "0")
        if not (stated.isascii() and stated.isdigit()) or int(stated[:20]) > allowed:
            await answer_failure(request, too_large)(scope, receive, send)
            return
        deadline = anyio.current_time() + self.seconds
        come = 0
        complete = False

        async def counted() -> Message:
            nonlocal come, complete
            if complete:  # waits for the visitor to leave
                return await receive()
            with anyio.move_on_at(deadline) as waiting:
                message = await receive()
            if waiting.cancelled_caught:
                raise HTTPException(408, "Sending took too long.")
            come += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if come > allowed:
                raise too_large
            return message

        await self.app(scope, counted, send)
