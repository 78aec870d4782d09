"""plotly.js, served by this machine."""

from __future__ import annotations

from importlib import resources

from fastapi import APIRouter
from fastapi.responses import FileResponse

from rdface.web.access.permission import allow
from rdface.web.plotly import plotly_file

router = APIRouter()


@router.get("/assets/plotly.js", response_class=FileResponse, dependencies=[allow(None)])
def plotly() -> FileResponse:
    """The script as the Python package brings it."""
    with resources.as_file(plotly_file()) as path:
        return FileResponse(path, media_type="text/javascript")
