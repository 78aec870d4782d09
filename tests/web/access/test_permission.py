"""Who may call what: every route, every method, everybody."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute
from starlette.responses import Response

from rdface.web.access.permission import permission_of
from rdface.web.access.role import Role
from rdface.web.app import all_routes
from tests.web.access.explorer import Explorer

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
PUBLIC = {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/assets/plotly.js")}
VIEWERS_MAY_SEND = {"/sign-out", "/password", "/try", "/api/v1/photograph"}
"""What a viewer may do besides reading."""


def _routes() -> list[APIRoute]:
    return [route for route in all_routes() if isinstance(route, APIRoute)]


def _least(route: APIRoute) -> Role | None:
    said = permission_of(route)
    assert said is not None
    return said.role


@pytest.fixture
def unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Endpoints that answer nothing: only the locks before them are asked."""

    async def nothing(**_asked: object) -> Response:
        return Response(status_code=204)

    monkeypatch.setattr("fastapi.routing.run_endpoint_function", nothing)


def test_only_signing_in_is_open_and_only_the_known_may_be_sent_by_viewers() -> None:
    """A second pair of eyes: who adds a route that viewers may send to says so here too."""
    for route in _routes():
        least = _least(route)
        for method in route.methods:
            assert (least is None) == ((method, route.path) in PUBLIC), route.path
            if route.path.startswith(("/accounts", "/audit-log")):
                assert least is Role.ADMIN, route.path
            elif method not in ("GET", "HEAD") and least is not None:
                curators = route.path not in VIEWERS_MAY_SEND
                assert least >= (Role.CURATOR if curators else Role.VIEWER), route.path


@pytest.mark.parametrize("role", [None, *Role])
def test_every_route_lets_in_who_may_and_nobody_else(
    role: Role | None, explorer: Explorer, request: pytest.FixtureRequest
) -> None:
    """The matrix: route x method x (nobody, viewer, curator, admin)."""
    asking = explorer.browser(role)
    request.getfixturevalue("unanswered")
    taken: dict[str, dict[str, Role | None]] = {}
    for route in _routes():
        taken.setdefault(route.path, {}).update(dict.fromkeys(route.methods, _least(route)))
    for path, methods in taken.items():
        address = re.sub(r"\{[^}]*\}", "1", path)
        # What no route takes is asked for by those with the least and the most rights.
        for method in METHODS if role in (None, Role.ADMIN) else sorted(methods):
            status = asking.request(method, address).status_code
            where = f"{method} {address} as {role}: {status}"
            if method not in methods:
                assert status in (404, 405), where
            elif (least := methods[method]) is None or (role is not None and role >= least):
                assert status in (200, 204, 303, 422), where
            else:
                assert status == (401 if role is None else 403), where


def test_what_is_no_route_tells_nobody_anything(explorer: Explorer) -> None:
    asking = explorer.browser()
    for path in ("/docs", "/redoc", "/openapi.json", "/.env", "/assets/", "/admin"):
        assert asking.get(path).status_code == 404, path


def test_an_address_with_a_slash_more_is_no_way_around(explorer: Explorer) -> None:
    asking = explorer.browser(Role.VIEWER)
    for path in (
        "/accounts/",
        "//accounts",
        "/./accounts",
        "/ACCOUNTS",
        "/accounts%00",
        "/%61ccounts",
    ):
        answer = asking.get(f"http://127.0.0.1{path}", follow_redirects=True)
        assert answer.status_code in (403, 404), path


def test_a_role_that_was_taken_is_gone_with_the_next_request(explorer: Explorer) -> None:
    from rdface.web.access.accounts import set_role
    from tests.web.access.conftest import TESTS

    asking = explorer.browser(Role.CURATOR)
    set_role(explorer.database, "cal", Role.ADMIN, TESTS)
    assert asking.get("/accounts").status_code == 200
    set_role(explorer.database, "cal", Role.VIEWER, TESTS)
    assert asking.get("/accounts").status_code == 403
