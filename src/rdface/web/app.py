"""Put the explorer together: holdings, locks, pages, API."""

from __future__ import annotations

from importlib import import_module, resources

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import BaseRoute

from rdface import __version__
from rdface.web.access.locks import install_locks
from rdface.web.access.permission import check_permissions
from rdface.web.holdings import Holdings
from rdface.web.settings import Settings

ROUTERS = (
    "routes.overview",
    "routes.gallery",
    "routes.pictures",
    "routes.case",
    "routes.conditions",
    "routes.leaderboard",
    "routes.pools",
    "routes.plotly",
    "routes.try_photograph",
    "routes.sign_in",
    "routes.own_password",
    "routes.accounts",
    "routes.audit_log",
    "api.cohort",
    "api.leaderboard",
    "api.pools",
    "api.photograph",
    "api.description",
)
"""Modules of ``rdface.web`` that have a ``router``."""


def create_app(settings: Settings) -> FastAPI:
    """The explorer as an ASGI application.

    Raises:
        RdfaceError: The cohort, a pool, the reports or the reference cannot be opened.
    """
    app = FastAPI(
        title="rdface explorer",
        version=__version__,
        description="Research use, not a diagnosis.",
        # FastAPI's own pages of documentation load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.settings = settings
    app.state.holdings = holdings = Holdings(settings)
    simulated = holdings.simulated  # opens the cohort and the pools: what is mistyped is told now
    _ = holdings.described, holdings.reference
    needless = not settings.database_said and simulated
    install_locks(app, settings, needs_database=not needless)
    assets = resources.files("rdface.web") / "assets"
    check_permissions(all_routes())
    for router in routers():
        app.include_router(router)
    app.mount("/assets", StaticFiles(directory=str(assets)), name="assets")
    return app


def routers() -> list[APIRouter]:
    """Those of :data:`ROUTERS`."""
    return [import_module(f"rdface.web.{name}").router for name in ROUTERS]


def all_routes() -> list[BaseRoute]:
    """Every route but the folder of assets."""
    return [route for router in routers() for route in router.routes]
