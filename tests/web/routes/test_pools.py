"""Pools are shown with scores and nearest faces; curators decide, and what they decide is kept."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from rdface.cohort import load_cohort
from rdface.screening.review import read_review
from rdface.web.app import create_app
from rdface.web.settings import Settings


@pytest.fixture
def pool_folder(settings: Settings, tmp_path: Path) -> Path:
    """A copy of the pool, to decide about."""
    (shipped,) = settings.pools
    shutil.copy(shipped.with_name("pool.parquet"), tmp_path / "pool.parquet")
    return Path(shutil.copytree(shipped, tmp_path / "pool"))


@pytest.fixture
def curator(settings: Settings, pool_folder: Path) -> Iterator[TestClient]:
    """Asks an explorer with that copy, and knows its token."""
    app = create_app(replace(settings, pools=(pool_folder,)))
    with TestClient(app, base_url="http://127.0.0.1") as asking:
        token = asking.get("/pools").text.split('name="csrf-token" content="')[1].split('"')[0]
        asking.headers["X-CSRF-Token"] = token
        yield asking


def _faces(client: TestClient, **query: str) -> list[dict[str, object]]:
    faces: list[dict[str, object]] = client.get("/api/v1/pools/pool", params=query).json()["faces"]
    return faces


def test_a_face_has_its_scores_and_its_nearest_training_face(client: TestClient) -> None:
    (summary,) = client.get("/api/v1/pools").json()
    assert summary["of_this_cohort"] and summary["flags"] == {"near_copy": 3}
    for number, face in enumerate(_faces(client)):
        assert face["nearest"] == face["parents"][0]  # type: ignore[index]
        assert (face["scores"]["face_confidence"] is None) == (number == 0)  # type: ignore[index]
        assert face["flags"] == (["near_copy"] if number % 2 == 0 else [])
    page = client.get("/pools/pool").text
    assert all(str(face["image_id"]) in page for face in _faces(client))


def test_the_order_is_that_of_the_score_and_what_has_none_is_last(client: TestClient) -> None:
    for order in ("best", "worst"):
        found = _faces(client, sort="face_confidence", order=order)
        values = [face["scores"]["face_confidence"] for face in found]  # type: ignore[index]
        assert values[-1] is None
        assert values[:-1] == sorted(values[:-1], reverse=order == "best")


def test_filters_find_what_they_say(client: TestClient) -> None:
    assert len(_faces(client, flag="near_copy")) == 3
    condition = str(_faces(client)[1]["condition"])
    assert [face["condition"] for face in _faces(client, condition=condition)] == [condition]
    assert _faces(client, show="rejected") == []
    for wrong, status in (({"flag": "ugly"}, 400), ({"sort": "ugly"}, 400), ({"show": "x"}, 422)):
        assert client.get("/pools/pool", params=wrong).status_code == status


def test_a_picture_is_marked_and_has_no_metadata(client: TestClient) -> None:
    image_id = _faces(client)[0]["image_id"]
    answer = client.get(f"/pools/pool/pictures/{image_id}")
    picture = Image.open(io.BytesIO(answer.content))
    assert answer.headers["content-type"] == "image/jpeg" and picture.size == (240, 240)
    assert not picture.getexif()
    for path in ("/pools/pool/pictures/none", "/pools/none/pictures/x", "/pools/..%2Fpool"):
        assert client.get(path).status_code == 404


def test_a_form_decides_and_comes_back_to_the_same_page(
    curator: TestClient, pool_folder: Path
) -> None:
    names = [str(face["image_id"]) for face in _faces(curator)]
    answer = curator.post(
        "/pools/pool/decisions",
        data={"image_id": names[:2], "verdict": "rejected", "back": "flag=near_copy"},
        follow_redirects=False,
    )
    assert answer.status_code == 303 and answer.headers["location"] == "/pools/pool?flag=near_copy"
    decided = read_review(load_cohort(pool_folder)).standing
    assert {name: one.verdict for name, one in decided.items()} == dict.fromkeys(
        names[:2], "rejected"
    )
    assert {one.by for one in decided.values()} == {"local"}
    curator.post("/pools/pool/undo", data={"back": "//elsewhere.example/"})
    assert len(_faces(curator, show="open")) == len(names)


def test_the_api_decides_and_takes_back(curator: TestClient) -> None:
    name = str(_faces(curator)[0]["image_id"])
    asked = {"image_ids": [name], "verdict": "accepted"}
    outcome = curator.post("/api/v1/pools/pool/decisions", json=asked).json()
    assert outcome["changed"] == [name] and outcome["pool"]["accepted"] == 1
    assert curator.post("/api/v1/pools/pool/decisions", json=asked).json()["changed"] == []
    assert curator.post("/api/v1/pools/pool/undo").json()["changed"] == [name]
    assert curator.post("/api/v1/pools/pool/undo").json()["changed"] == []


def test_a_decision_about_nothing_is_refused(curator: TestClient) -> None:
    for body, status in (
        ({"image_ids": ["none"], "verdict": "accepted"}, 400),
        ({"image_ids": [], "verdict": "accepted"}, 422),
        ({"image_ids": ["x"], "verdict": "lovely"}, 422),
    ):
        assert curator.post("/api/v1/pools/pool/decisions", json=body).status_code == status


def test_scores_of_another_pool_are_not_shown(curator: TestClient, pool_folder: Path) -> None:
    """The card's hash is what ties a table to a pool."""
    images = pool_folder / "images.csv"
    images.write_text(images.read_text().replace("by-hand", "by-heart", 1))
    other = replace(curator.app.state.settings)  # type: ignore[attr-defined]
    with TestClient(create_app(other), base_url="http://127.0.0.1") as asking:
        (summary,) = asking.get("/api/v1/pools").json()
        assert summary["scores"] == [] and "another pool" in summary["why_no_scores"]
        assert asking.get("/pools/pool").status_code == 200
