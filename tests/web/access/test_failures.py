"""Errors say what to do, and neither how the explorer is built nor what was sent."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient

from rdface.errors import CohortError, ImageError, TermsError, UsageError
from rdface.web.access.failures import NotHereError
from rdface.web.access.locks import install_locks
from rdface.web.access.permission import allow
from rdface.web.access.role import Role
from rdface.web.settings import Settings
from tests.web.access.explorer import Explorer

SECRET = "/data/patients/anna.jpg"  # noqa: S105 - no password
PAGE = {"Accept": "text/html"}


@pytest.fixture
def failing(settings: Settings) -> TestClient:
    """An application that fails in every way."""
    app = FastAPI()
    app.state.settings = settings
    install_locks(app, settings)
    errors = {
        "crash": ValueError(SECRET),
        "group": ExceptionGroup("all", [ValueError(SECRET)]),
        "here": NotHereError("There is no such image.", hint="Look in the gallery."),
        "usage": UsageError("No."),
        "image": ImageError("No picture."),
        "terms": TermsError("Forbidden."),
        "cohort": CohortError(f"{SECRET} is missing.", hint="Mount the disk."),
        "http": HTTPException(418, "A teapot."),
    }

    @app.get("/{name}", dependencies=[allow(None)])
    def fail(name: str, number: int = 0) -> None:
        raise errors[name]

    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=True)


@pytest.mark.parametrize("kind", ["crash", "group"])
@pytest.mark.parametrize("headers", [{}, PAGE])
def test_a_defect_shows_a_reference_alone(
    failing: TestClient, caplog: pytest.LogCaptureFixture, kind: str, headers: dict[str, str]
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = failing.get(f"/{kind}", headers=headers)
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert "Error" not in answer.text
    reference = caplog.records[0].getMessage().split()[-1]
    assert reference in answer.text
    assert SECRET in caplog.text


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("here", 404, "There is no such image."),
        ("usage", 400, "No."),
        ("image", 422, "No picture."),
        ("terms", 403, "Forbidden."),
        ("http", 418, "A teapot."),
        ("cohort", 500, "is missing"),  # whoever asks here is admin
    ],
)
def test_what_people_can_mend_is_said(
    failing: TestClient, name: str, status: int, words: str
) -> None:
    answer = failing.get(f"/{name}")
    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert set(answer.json()) == {"error", "hint"}
    shown = failing.get(f"/{name}", headers=PAGE)
    assert shown.status_code == status
    assert words in shown.text


def test_faults_of_the_server_are_told_to_admins_only(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(**_asked: object) -> None:
        raise CohortError(f"{SECRET} is missing.")

    viewer, admin = explorer.browser(Role.VIEWER), explorer.browser(Role.ADMIN)
    monkeypatch.setattr("fastapi.routing.run_endpoint_function", broken)
    assert SECRET not in viewer.get("/").text
    assert "reference" in viewer.get("/").text
    assert SECRET in admin.get("/").text


@pytest.mark.parametrize("headers", [{}, PAGE])
def test_what_was_sent_is_not_repeated(failing: TestClient, headers: dict[str, str]) -> None:
    for path in ("/here?number=PWNED", "/PWNED/x", "/crash?PWNED=1&number=<script>alert(1)"):
        answer = failing.get(path, headers=headers)
        assert answer.status_code >= 400
        assert "PWNED" not in answer.text
        assert "alert(1)" not in answer.text
    assert "number" in failing.get("/here?number=x").json()["error"]


def test_a_crash_in_the_locks_themselves_is_answered_too(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = explorer.browser(Role.VIEWER)

    def crash(*_asked: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("rdface.web.access.visits.visitor_of", crash)
    answer = asking.get("/")
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert answer.headers["cache-control"] == "no-store"
