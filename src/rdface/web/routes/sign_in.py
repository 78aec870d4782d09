"""Sign in and out."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rdface.web.access.cookies import SESSION, VISIT, give_cookie, take_cookie
from rdface.web.access.locks import database_of, locks_of
from rdface.web.access.log import Action, append
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.sessions import end_session
from rdface.web.access.signing_in import Credentials, TooManyAttemptsError, sign_in
from rdface.web.access.viewing import actor_of
from rdface.web.rendering import page

router = APIRouter()

_LOCAL_PATH = re.compile(r"/(?!/)[\x21-\x5b\x5d-\x7e]*")
"""A path of this explorer: no second slash at its start, no backslash, no space."""


@router.get("/sign-in", response_class=HTMLResponse, dependencies=[allow(None)])
def ask(request: Request, next: str = "/") -> Response:
    """The form; who comes by a link from elsewhere is sent on once, for the sake of his cookie."""
    if request.state.visitor.role is not None:
        return RedirectResponse(local_path(next), 303)
    elsewhere = request.headers.get("sec-fetch-site") == "cross-site"
    return _form(request, next, 200, again=elsewhere)


@router.post("/sign-in", response_class=HTMLResponse, dependencies=[allow(None)])
def enter(
    request: Request,
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Begin a session under a new token; one that this browser had before ends."""
    locks, database = locks_of(request), database_of(request)
    settings = request.app.state.settings
    try:
        token = sign_in(
            database, locks.keys, settings, Credentials(name, password), actor_of(request)
        )
    except TooManyAttemptsError as error:
        return _form(request, next, 429, wrong=f"{error.message} {error.hint}")
    if token is None:
        return _form(request, next, 401, wrong="This name and this password do not go together.")
    if request.state.session:
        with database.writing() as work:
            end_session(work, request.state.session)
    answer = RedirectResponse(local_path(next), 303)
    give_cookie(answer, SESSION, locks.keys.seal(token), settings)
    take_cookie(answer, VISIT, settings)
    return answer


@router.post("/sign-out", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def leave(request: Request) -> Response:
    """End the session here and in the database, and let the browser forget what it has kept."""
    database = database_of(request)
    if request.state.session:
        with database.writing() as work:
            end_session(work, request.state.session)
            append(work, actor_of(request), Action.SIGNED_OUT, [request.state.visitor.name])
    answer = RedirectResponse("/sign-in", 303)
    take_cookie(answer, SESSION, request.app.state.settings)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def local_path(target: str) -> str:
    """Where to go on: a path of this explorer, or the first page for anything else."""
    return target if _LOCAL_PATH.fullmatch(target) else "/"


def _form(
    request: Request, target: str, status: int, *, wrong: str = "", again: bool = False
) -> HTMLResponse:
    return page(
        request,
        "sign_in.html.j2",
        status=status,
        target=local_path(target),
        wrong=wrong,
        again=again,
    )
