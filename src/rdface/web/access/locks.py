"""What stands before every route."""

from __future__ import annotations

import secrets

from fastapi import FastAPI

from rdface.web.access.body_limit import FORM_BYTES, BodyLimit, keep_uploads_in_memory
from rdface.web.access.failures import Crashes, install_failures
from rdface.web.access.headers import AnswerHeaders
from rdface.web.access.hosts import OwnNames, host_names
from rdface.web.access.keys import Keys
from rdface.web.access.visits import Visits
from rdface.web.settings import Settings


def install_locks(app: FastAPI, settings: Settings) -> None:
    """Put them before every route, the innermost first."""
    keys = Keys(secrets.token_bytes(32))
    keep_uploads_in_memory()
    install_failures(app)
    app.add_middleware(BodyLimit, largest=settings.upload_bytes + FORM_BYTES)
    app.add_middleware(Visits, settings=settings, keys=keys)
    app.add_middleware(Crashes)
    app.add_middleware(OwnNames, names=host_names(settings))
    app.add_middleware(AnswerHeaders, https=settings.https)
