"""Every way that pixels of real people leave is written down, before they leave."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from fastapi.testclient import TestClient

from rdface.cohort import CohortInfo, write_cohort
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from rdface.photograph import OwnImageError
from rdface.web.access.log import entries
from rdface.web.access.role import Role
from rdface.web.app import create_app
from rdface.web.settings import Settings
from rdface.web.storage.database import Database
from tests.web.access.explorer import Explorer


class NoFaces:
    """Faces of a cohort on whose pictures none was found."""

    def face(self, _image_id: str) -> None:
        """None."""


@pytest.fixture
def real(settings: Settings, tmp_path: Path) -> Settings:
    """Of a cohort that does not say that it is simulated; its pictures are noise."""
    root = tmp_path / "cohort"
    rng = np.random.default_rng(0)
    write_bytes(root / "images/a.jpg", encode_jpeg(rng.integers(0, 256, (64, 64, 3), np.uint8)))
    images = pd.DataFrame(
        [{"image_id": "a", "file": "images/a.jpg", "patient_id": "p", "condition": "C"}]
    )
    conditions = pd.DataFrame([{"condition": "C", "name": "Condition C"}])
    write_cohort(root, CohortInfo(name="real", version="1", licence="CC0-1.0"), images, conditions)
    return replace(settings, cohort=str(root))


def test_a_thumbnail_is_written_down_and_kept_by_nobody(real: Settings, database: Database) -> None:
    own = replace(real, database=str(database.url.database))
    explorer = Explorer(create_app(own), own)
    asking = explorer.browser(Role.VIEWER)
    answer = asking.get("/thumbnails/a", headers={"Referer": "http://127.0.0.1/gallery?sex=male"})
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert explorer.logged()[-1] == ("vic", "saw", "a")
    seen = len(explorer.logged())
    assert asking.get("/thumbnails/b").status_code == 404
    assert explorer.browser().get("/thumbnails/a").status_code == 401
    assert len([line for line in explorer.logged() if line[1] == "saw"]) == 1
    assert len(explorer.logged()) == seen


def test_without_a_log_no_real_image_is_shown(real: Settings) -> None:
    asking = TestClient(create_app(real), base_url="http://127.0.0.1")
    assert asking.get("/thumbnails/a").status_code == 403


def test_who_reads_about_somebody_is_written_down_too(real: Settings, database: Database) -> None:
    """As a page or as JSON: whoever fetches no picture has learnt who has which condition."""
    own = replace(real, database=str(database.url.database), pools=(), runs=None)
    explorer = Explorer(create_app(own), own)
    explorer.app.state.holdings.__dict__["faces"] = NoFaces()
    asking = explorer.browser(Role.VIEWER)
    pages = ("/cases/a", "/gallery", "/conditions/C")
    answers = ("/api/v1/images/a", "/api/v1/images", "/api/v1/conditions/C")
    for path in (*pages, *answers):
        before = len(explorer.logged())
        assert asking.get(path).status_code == 200, path
        assert explorer.logged()[before:] == [("vic", "read about", "a")], path
    bare = TestClient(create_app(replace(own, database="")), base_url="http://127.0.0.1")
    assert bare.get("/gallery").status_code == 403
    assert bare.get("/api/v1/images").status_code == 403


def test_a_referer_that_is_none_hinders_nothing(real: Settings, database: Database) -> None:
    own = replace(real, database=str(database.url.database))
    explorer = Explorer(create_app(own), own)
    asking = explorer.browser(Role.VIEWER)
    assert asking.get("/thumbnails/a", headers={"Referer": "http://["}).status_code == 200
    with explorer.database.reading() as work:
        assert entries(work)[0].page == "/thumbnails/a"


def test_where_the_pictures_lie_is_nobodys_business(real: Settings, database: Database) -> None:
    own = replace(real, database=str(database.url.database))
    explorer = Explorer(create_app(own), own)
    asking = explorer.browser(Role.VIEWER)
    picture = Path(real.cohort) / "images/a.jpg"
    whole = picture.read_bytes()
    assert asking.get("/thumbnails/a").status_code == 200
    for spoil in (lambda: picture.write_bytes(b"another"), picture.unlink):
        spoil()
        answer = asking.get("/thumbnails/a")
        assert answer.status_code == 422
        assert str(picture.parent) not in answer.text
    picture.write_bytes(whole)
    runs = Path(real.cohort).with_name("runs")  # a damaged run is told to whoever started it
    (runs / "torn").mkdir(parents=True)
    (runs / "torn" / "result.json").write_text("{")
    damaged = replace(own, runs=runs)
    answer = Explorer(create_app(damaged), damaged).browser(Role.VIEWER).get("/leaderboard")
    assert answer.status_code == 200
    assert str(runs) not in answer.text


def test_whom_a_photograph_is_like_is_written_down(
    real: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above all where it is a patient's own picture: who has one learns the patient's record."""
    own = replace(real, database=str(database.url.database))
    explorer = Explorer(create_app(own), own)
    asking = explorer.browser(Role.VIEWER)
    said = SimpleNamespace(told_of=("a", "b", "a"), model_dump_json=lambda **_: "{}")
    monkeypatch.setattr("rdface.web.answering.ask_cohort", lambda *_: None)
    monkeypatch.setattr("rdface.web.answering.read_answer", lambda *_: said)
    sent = {"photograph": ("x.jpg", b"x")}
    assert asking.post("/try", files=sent, data={"as_file": "true"}).status_code == 200
    assert explorer.logged()[-2:] == [("vic", "read about", "a"), ("vic", "read about", "b")]

    def recognised(*_: object) -> None:
        raise OwnImageError("c")

    monkeypatch.setattr("rdface.web.answering.ask_cohort", recognised)
    for path, status in (("/try", 422), ("/api/v1/photograph", 400)):
        before = len(explorer.logged())
        assert asking.post(path, files=sent).status_code == status
        assert explorer.logged()[before:] == [("vic", "read about", "c")]
