"""Getting ready in the background: the first photograph finds it done, and no page waits for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import cast

import pytest
from fastapi.testclient import TestClient

from rdface.photograph import Recogniser
from rdface.web.app import create_app
from rdface.web.holdings import Holdings
from rdface.web.readiness import get_ready
from rdface.web.settings import Settings


def test_pages_do_not_wait_while_it_gets_ready(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page is there before it begins, the others meanwhile, and /try says so."""
    begun, go_on = Event(), Event()

    def slowly(*_: object, **__: object) -> Recogniser:
        begun.set()
        assert go_on.wait(30)
        return cast("Recogniser", "ready")

    monkeypatch.setattr(Holdings, "faces", None)
    monkeypatch.setattr(Holdings, "embeddings", None)
    monkeypatch.setattr(Holdings, "backbone", None)
    monkeypatch.setattr("rdface.photograph.Recogniser.of", slowly)
    app = create_app(settings)
    thread = get_ready(app.state.holdings)
    assert begun.wait(30)
    assert "overview" in vars(app.state.holdings)
    with TestClient(app, base_url="http://127.0.0.1") as asking:
        for page in ("/", "/gallery", "/conditions", "/leaderboard", "/pools"):
            assert asking.get(page).status_code == 200
        assert "getting ready" in asking.get("/try").text
        go_on.set()
        thread.join(30)
        assert app.state.holdings.ready
        assert "getting ready" not in asking.get("/try").text


def test_what_fails_meanwhile_is_told_to_who_asks(settings: Settings, tmp_path: Path) -> None:
    """And not to the console: the thread ends, the explorer goes on."""
    holdings = Holdings(replace(settings, cohort=str(tmp_path / "nowhere")))
    get_ready(holdings).join(30)
    assert not holdings.ready


def test_a_value_is_computed_once_by_one_of_many(settings: Settings) -> None:
    """Two threads that want the same get the same."""
    holdings = Holdings(settings)
    found: list[object] = []
    threads = [Thread(target=lambda: found.append(holdings.cohort)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(found) == 4 and len({id(one) for one in found}) == 1
