"""The API's description in OpenAPI."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from rdface.web.access.permission import allow
from rdface.web.access.role import Role

PREFIX = "/api/v1"

router = APIRouter(prefix=PREFIX)


@router.get("/openapi.json", include_in_schema=False, dependencies=[allow(Role.VIEWER)])
def openapi(request: Request) -> JSONResponse:
    """Every route below ``/api/v1``, and no page."""
    return JSONResponse(describe(request.app.title, request.app.version))


def describe(title: str, version: str) -> dict[str, Any]:
    """The description itself."""
    from rdface.web.app import all_routes

    return get_openapi(
        title=title,
        version=version,
        description="A cohort, its runs and its pools. Research use, not a diagnosis.",
        routes=[
            route
            for route in all_routes()
            if isinstance(route, APIRoute) and route.path.startswith(PREFIX)
        ],
    )
