"""Who is asking: read once for every request."""

from __future__ import annotations

import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rdface.web.access.keys import Keys
from rdface.web.access.role import LOCAL
from rdface.web.settings import Settings


class Visits:
    """ASGI middleware: sets ``request.state.visitor`` and ``request.state.csrf_token``.

    Args:
        app: What comes next.
        settings: Of the explorer.
        keys: Sign its cookies.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, keys: Keys) -> None:
        self.app = app
        self.settings = settings
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the cookies; a page for somebody unknown gives a first one."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        cookie = visit_cookie(self.settings)
        known = self.keys.unseal(request.cookies.get(cookie))
        token = known or secrets.token_urlsafe(32)
        request.state.visitor = LOCAL
        request.state.csrf_token = self.keys.form_token(token)

        async def answer(message: Message) -> None:
            if known is None and message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Set-Cookie", _cookie(cookie, self.keys.seal(token), self))
            await send(message)

        await self.app(scope, receive, answer)


def visit_cookie(settings: Settings) -> str:
    """Its name; two explorers on one machine, which share its cookies, do not share it."""
    return "__Host-rdface-visit" if settings.https else f"rdface-visit-{settings.port}"


def _cookie(name: str, value: str, visits: Visits) -> str:
    carrier = Response()
    carrier.set_cookie(
        name, value, path="/", httponly=True, samesite="strict", secure=visits.settings.https
    )
    return carrier.headers["set-cookie"]
