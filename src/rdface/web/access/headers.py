"""Headers that keep pages and pictures to the browser that asked for them."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Nothing from elsewhere, no inline script and no inline style."""

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # With "no-referrer" browsers send "Origin: null" with forms, and the log knew no pages.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}
"""Said with every answer."""

ASSETS = "/assets/"


class AnswerHeaders:
    """ASGI middleware: says :data:`HEADERS` with every answer, errors included.

    Args:
        app: What comes next.
        stay_with_https: Tell browsers never to come by plain HTTP.
    """

    def __init__(self, app: ASGIApp, *, stay_with_https: bool) -> None:
        self.app = app
        self.headers = dict(HEADERS)
        if stay_with_https:
            self.headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them to the answer's own."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                kept = scope["path"].startswith(ASSETS) and message["status"] in (200, 304)
                headers["Cache-Control"] = "no-cache" if kept else "no-store"
            await send(message)

        await self.app(scope, receive, answer)
