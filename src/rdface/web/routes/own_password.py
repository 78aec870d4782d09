"""Change one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rdface.errors import UsageError
from rdface.web.access.accounts import set_password
from rdface.web.access.cookies import SESSION, give_cookie
from rdface.web.access.failures import NotHereError
from rdface.web.access.locks import database_of, locks_of
from rdface.web.access.passwords import SHORTEST
from rdface.web.access.permission import allow
from rdface.web.access.role import LOCAL, Role
from rdface.web.access.sessions import begin_session
from rdface.web.access.signing_in import Credentials, TooManyAttemptsError, prove
from rdface.web.access.viewing import actor_of
from rdface.web.rendering import page

router = APIRouter()


@router.get("/password", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def ask(request: Request) -> HTMLResponse:
    """The form."""
    if request.state.visitor is LOCAL:
        raise NotHereError("Nobody signs in here, so there is no password to change.")
    return _form(request)


@router.post("/password", response_class=HTMLResponse, dependencies=[allow(Role.VIEWER)])
def change(
    request: Request,
    current: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Ask for the old one, end every session of the account, begin a new one here.

    The old password is checked as at sign-in, and counted like that: a browser that was left open
    is no place to guess it.
    """
    database, locks = database_of(request), locks_of(request)
    actor = actor_of(request)
    try:
        account = prove(database, locks.keys, Credentials(actor.name, current), actor)
        if account is None:
            return _form(request, "That is not your password.", 403)
        set_password(database, account.name, new, actor)
    except TooManyAttemptsError as error:
        return _form(request, f"{error.message} {error.hint}", 429)
    except UsageError as error:
        return _form(request, f"{error.message} {error.hint}", 400)
    with database.writing() as work:
        token = begin_session(work, account, request.app.state.settings)
    answer = RedirectResponse("/", 303)
    give_cookie(answer, SESSION, locks.keys.seal(token), request.app.state.settings)
    return answer


def _form(request: Request, wrong: str = "", status: int = 200) -> HTMLResponse:
    return page(request, "own_password.html.j2", status=status, wrong=wrong, shortest=SHORTEST)
