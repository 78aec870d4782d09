"""Who is asking: read once for every request."""

from __future__ import annotations

import ipaddress
import secrets
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rdface.web.access.accounts import any_accounts
from rdface.web.access.cookies import SESSION, VISIT, cookie_name, give_cookie
from rdface.web.access.failures import answer_failure
from rdface.web.access.headers import ASSETS
from rdface.web.access.keys import Keys
from rdface.web.access.role import LOCAL, Visitor
from rdface.web.access.sessions import visitor_of
from rdface.web.settings import Settings
from rdface.web.storage.database import Database

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Visits:
    """ASGI middleware: sets ``request.state.visitor`` and ``request.state.csrf_token``.

    Args:
        app: What comes next.
        settings: Of the explorer.
        keys: Sign its cookies.
        database: Of accounts and sessions; None for an explorer without.
    """

    def __init__(
        self, app: ASGIApp, *, settings: Settings, keys: Keys, database: Database | None
    ) -> None:
        self.app = app
        self.settings = settings
        self.keys = keys
        self.database = database

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the cookies; a page for somebody unknown gives a first one."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        session = self._token(request, SESSION)
        visit = self._token(request, VISIT)
        visitor = Visitor()
        if not scope["path"].startswith(ASSETS):
            visitor = await run_in_threadpool(self._visitor, session)
        token = (session if visitor.name and session else visit) or secrets.token_urlsafe(32)
        request.state.visitor = visitor
        request.state.session = session
        request.state.csrf_token = self.keys.form_token(token)
        if (refusal := self._refusal(request)) is not None:
            await answer_failure(request, refusal)(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and token not in (session, visit):
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    carrier = Response()
                    give_cookie(carrier, VISIT, self.keys.seal(token), self.settings)
                    headers.append("Set-Cookie", carrier.headers["set-cookie"])
            await send(message)

        await self.app(scope, receive, answer)

    def _refusal(self, request: Request) -> HTTPException | None:
        """Why somebody is not let in at all; None where he is."""
        if self.settings.proxies and request.url.scheme != "https":
            return HTTPException(403, "The explorer answers nobody but its proxy, by HTTPS.")
        if request.state.visitor is not LOCAL:
            return None
        if _is_elsewhere(request):
            return HTTPException(403, "Without accounts the explorer answers this machine only.")
        said = self.settings.database
        if self.database is None and said and Path(said).exists():
            return HTTPException(403, "Accounts were made meanwhile. Start the explorer again.")
        return None

    def _visitor(self, session: str | None) -> Visitor:
        if self.database is None:
            return LOCAL
        found = visitor_of(self.database, session, self.settings) if session else None
        if found is not None:
            return found
        return Visitor() if any_accounts(self.database) else LOCAL

    def _token(self, request: Request, kind: str) -> str | None:
        return self.keys.unseal(request.cookies.get(cookie_name(kind, self.settings)))


def _is_elsewhere(request: Request) -> bool:
    """Whether somebody else may be asking: another machine, or a proxy that passes it on."""
    if any(name in request.headers for name in _FORWARDED):
        return True
    try:
        return not ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:  # a Unix socket has no address
        return False
