"""Every route says who may call it; a route that does not say keeps the explorer from starting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Depends, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from rdface.web.access.forgery import refuse_forgery
from rdface.web.access.role import Role, Visitor


class Permission:
    """A dependency that lets a role and those above it through.

    Args:
        role: The least one; None lets everybody in, signed in or not.
    """

    def __init__(self, role: Role | None) -> None:
        self.role = role

    async def __call__(self, request: Request) -> Visitor:
        """Whoever is asking.

        Raises:
            HTTPException: 401 for somebody who has not signed in, 403 for too low a role or for
                a change that no page of ours has asked for.
        """
        visitor: Visitor = request.state.visitor
        if self.role is not None:
            if visitor.role is None:
                raise HTTPException(401, "Sign in first.")
            if visitor.role < self.role:
                raise HTTPException(403, f"This needs the role {self.role.name.lower()}.")
        await refuse_forgery(request)
        return visitor


def allow(role: Role | None) -> Any:  # noqa: ANN401 - FastAPI's own type for a dependency
    """Let a role and those above it call a route; a route names exactly one, in its signature."""
    return Depends(Permission(role))


def permission_of(route: APIRoute) -> Permission | None:
    """What a route says of itself; None where it says nothing."""
    said = [each.call for each in route.dependant.dependencies if isinstance(each.call, Permission)]
    return said[0] if len(said) == 1 else None


def check_permissions(routes: Iterable[BaseRoute]) -> None:
    """Refuse routes of which one has no permission, or two.

    Raises:
        AssertionError: A defect of rdface, never a user's mistake.
    """
    for route in routes:
        said = isinstance(route, APIRoute) and permission_of(route) is not None
        assert said, f"{getattr(route, 'path', route)} says not who may call it"  # noqa: S101
