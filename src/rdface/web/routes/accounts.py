"""Accounts, for admins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from rdface.errors import UsageError
from rdface.web.access.accounts import add_account, close_account, set_password, set_role
from rdface.web.access.locks import database_of
from rdface.web.access.passwords import SHORTEST
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.access.viewing import actor_of
from rdface.web.reading.accounts import account_lines
from rdface.web.rendering import page

router = APIRouter()

_Name = Annotated[str, Form(max_length=200)]
_Password = Annotated[str, Form(max_length=1000)]
_RoleName = Annotated[str, Form(pattern="^(viewer|curator|admin)$")]


@router.get("/accounts", response_class=HTMLResponse, dependencies=[allow(Role.ADMIN)])
def show(request: Request) -> HTMLResponse:
    """All accounts."""
    return _page(request)


@router.post("/accounts", response_class=HTMLResponse, dependencies=[allow(Role.ADMIN)])
def add(request: Request, name: _Name, password: _Password, role: _RoleName) -> Response:
    """Make one."""
    kind = Role[role.upper()]
    return _do(
        request, lambda: add_account(database_of(request), name, password, kind, actor_of(request))
    )


@router.post("/accounts/{name}/role", response_class=HTMLResponse, dependencies=[allow(Role.ADMIN)])
def give_role(request: Request, name: str, role: _RoleName) -> Response:
    """Change what somebody may do."""
    kind = Role[role.upper()]
    return _do(request, lambda: set_role(database_of(request), name, kind, actor_of(request)))


@router.post(
    "/accounts/{name}/password", response_class=HTMLResponse, dependencies=[allow(Role.ADMIN)]
)
def give_password(request: Request, name: str, password: _Password) -> Response:
    """For somebody who has forgotten his; his sessions end."""
    return _do(
        request, lambda: set_password(database_of(request), name, password, actor_of(request))
    )


@router.post(
    "/accounts/{name}/close", response_class=HTMLResponse, dependencies=[allow(Role.ADMIN)]
)
def close(request: Request, name: str) -> Response:
    """For somebody who has left."""
    return _do(request, lambda: close_account(database_of(request), name, actor_of(request)))


def _do(request: Request, change: Callable[[], None]) -> Response:
    try:
        change()
    except UsageError as error:
        return _page(request, wrong=f"{error.message} {error.hint or ''}", status=400)
    return RedirectResponse("/accounts", 303)


def _page(request: Request, *, wrong: str = "", status: int = 200) -> HTMLResponse:
    return page(
        request,
        "accounts.html.j2",
        status=status,
        lines=account_lines(database_of(request)),
        roles=[role.name.lower() for role in Role],
        wrong=wrong,
        shortest=SHORTEST,
    )
