"""Tell people what went wrong, and nobody how the explorer is built.

The locks repeat nothing that was sent, and pages escape what a route repeats; no traceback and no
path of a file is shown. An unforeseen failure gets a reference, under which the server's own log
has the rest.
"""

from __future__ import annotations

import logging
import secrets
from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rdface.errors import ImageError, RdfaceError, TermsError, UsageError
from rdface.web.access.role import Role
from rdface.web.rendering import page

_log = logging.getLogger(__name__)

_WORDS = {
    400: "That cannot be understood.",
    404: "There is nothing here under this address.",
    405: "This address does not take that method.",
}
_OPEN = {UsageError: 400, ImageError: 422, TermsError: 403}
"""Errors about what was asked for: shown to everybody, with this status."""


class NotHereError(RdfaceError):
    """An image, a condition, a run or a pool that the explorer does not hold; status 404."""


def install_failures(app: FastAPI) -> None:
    """Answer errors of the routes."""
    app.add_exception_handler(HTTPException, answer_failure)
    app.add_exception_handler(RequestValidationError, answer_failure)
    app.add_exception_handler(RdfaceError, answer_failure)


def answer_failure(request: Request, error: Exception) -> Response:
    """A page for browsers, else JSON ``{"error", "hint"}``."""
    if isinstance(error, HTTPException):
        return _refusal(request, error)
    if isinstance(error, RequestValidationError):
        wrong = {str(part) for each in error.errors() for part in each["loc"][1:2]}
        named = ", ".join(sorted(wrong & _parameters(request))) or "what was sent"
        return _say(request, 422, f"This is not as it should be: {named}.")
    if isinstance(error, NotHereError):
        return _say(request, 404, error.message, error.hint)
    for kind, status in _OPEN.items():
        if isinstance(error, kind):
            return _say(request, status, error.message, error.hint)
    reference = _write_down(error)
    if isinstance(error, RdfaceError) and _is_admin(request):
        return _say(request, 500, error.message, error.hint)
    return _say(
        request,
        500,
        "The explorer failed.",
        f"Tell whoever runs it this reference: {reference}. The server's log explains it.",
    )


class Crashes:
    """ASGI middleware: answers what no handler has foreseen.

    Args:
        app: What comes next.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 500, unless the answer has begun; then the connection ends."""
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if begun or scope["type"] != "http":
                raise
            await answer_failure(Request(scope), error)(scope, receive, send)


def _refusal(request: Request, error: HTTPException) -> Response:
    status = error.status_code
    if status == HTTPStatus.UNAUTHORIZED and request.method == "GET" and _wants_page(request):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/sign-in?{urlencode({'next': target})}", 303)
    plain = error.detail == HTTPStatus(status).phrase
    message = _WORDS.get(status, error.detail) if plain else error.detail
    answer = _say(request, status, message)
    answer.headers.update(error.headers or {})
    return answer


def _say(request: Request, status: int, message: str, hint: str | None = None) -> Response:
    if _wants_page(request):
        return page(
            request, "failure.html.j2", status=status, code=status, message=message, hint=hint
        )
    return JSONResponse({"error": message, "hint": hint}, status)


def _wants_page(request: Request) -> bool:
    known = hasattr(request.state, "visitor")
    accepted = request.headers.get("accept", "")
    return known and "text/html" in accepted and not request.url.path.startswith("/api/")


def _is_admin(request: Request) -> bool:
    return hasattr(request.state, "visitor") and request.state.visitor.role == Role.ADMIN


def _parameters(request: Request) -> set[str]:
    """Names that the route itself gave to its parameters: what was sent is not repeated."""
    route = request.scope.get("route")
    if route is None or not hasattr(route, "dependant"):
        return set()
    flat = route.dependant
    names: set[str] = set()
    for field in (*flat.path_params, *flat.query_params, *flat.body_params, *flat.header_params):
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):  # a form, or filters
            names |= set(kind.model_fields)
        names.add(field.alias)
    return names


def _write_down(error: Exception) -> str:
    reference = secrets.token_hex(4)
    _log.error("Failure %s", reference, exc_info=error)
    return reference
