"""Answer only to the explorer's own names.

A page elsewhere can let its own name point to this machine (DNS rebinding) and would then be read
by the browser as if it were the explorer; its name still stands in the header ``Host``.
"""

from __future__ import annotations

import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rdface.web.settings import Settings, is_loopback

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+?))\.?(?::[0-9]{1,5})?", re.IGNORECASE)


def host_names(settings: Settings) -> frozenset[str]:
    """The names that the explorer answers to, in lower case."""
    own = LOOPBACK_NAMES if is_loopback(settings.host) else ()
    return frozenset(name.lower() for name in (*own, settings.host, *settings.names))


class OwnNames:
    """ASGI middleware: 400 to whoever asks for another name, or for two.

    Args:
        app: What comes next.
        names: From :func:`host_names`.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self.app = app
        self.names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass or refuse."""
        if scope["type"] != "http" or self._known(scope):
            await self.app(scope, receive, send)
            return
        refusal = JSONResponse(
            {"error": "The explorer does not answer to this name.", "hint": None}, 400
        )
        await refusal(scope, receive, send)

    def _known(self, scope: Scope) -> bool:
        said = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        match = _HOST.fullmatch(said[0]) if len(said) == 1 else None
        return match is not None and (match[1] or match[2]).lower() in self.names
