"""Every page of the explorer, from its routes: a new one cannot be forgotten."""

from __future__ import annotations

from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from rdface.web.app import all_routes

EXAMPLES = {
    "/cases/{image_id}": "/cases/AAR_P0001_1",
    "/conditions/{condition}": "/conditions/AAR",
    "/pools/{name}": "/pools/pool?show=all",
    "/leaderboard/compare": "/leaderboard/compare?a=tiny/sface__lda&b=tiny/facenet__knn",
}
"""Routes with something to fill in."""


def page_routes() -> list[APIRoute]:
    """Routes that answer a GET with HTML."""
    return [
        route
        for route in all_routes()
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and isinstance(route.response_class, type)
        and issubclass(route.response_class, HTMLResponse)
    ]


def pages() -> list[str]:
    """An address for each of them."""
    return [EXAMPLES.get(route.path, route.path) for route in page_routes()]
