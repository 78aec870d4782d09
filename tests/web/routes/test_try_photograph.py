"""Try a photograph: what the page says, what it never does, and how it answers mistakes."""

from __future__ import annotations

import json
import sys

import pytest
from fastapi.testclient import TestClient

from rdface.web.counter import Counter

pytestmark = pytest.mark.weights


def test_the_answer_says_what_it_is(client: TestClient, stranger: bytes) -> None:
    """A ranking, lists with their measured coverage, the warning, measures, cases; no diagnosis."""
    sent = {"age_years": "4.5", "sex": "female", "simulated": "true"}
    answer = client.post("/try", files={"photograph": ("a.jpg", stranger)}, data=sent)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    for words in (
        "Research use, not a diagnosis",
        "All 6 conditions",
        "held the truth for",
        "None of these?",
        "Area under the curve",
        "by 2 SD or more",
        "Nearest cases",
        "The cohort is simulated",
    ):
        assert words in answer.text
    assert answer.text.count('<img src="/thumbnails/') == 6


def test_asked_for_a_file_it_is_sent_and_holds_no_picture(
    client: TestClient, stranger: bytes
) -> None:
    sent = {"as_file": "true", "age_years": ""}
    answer = client.post("/try", files={"photograph": ("Jane Doe.jpg", stranger)}, data=sent)
    assert answer.status_code == 200, answer.text[-1500:]
    assert answer.headers["content-disposition"].startswith("attachment")
    plain = json.loads(answer.text)
    assert plain["what"] == "research use, not a diagnosis"
    assert len(plain["conditions"]) == 6
    assert "Jane" not in answer.text and "data:" not in answer.text
    assert plain["not_measured"]


def test_nothing_about_the_photograph_is_written(client: TestClient, stranger: bytes) -> None:
    """No file is opened for writing while one is looked at, a picture or not."""
    assert client.post("/try", files={"photograph": ("a.jpg", stranger)}).status_code == 200  # warm
    opened: list[object] = []
    watching = True

    def watch(name: str, arguments: tuple[object, ...]) -> None:
        if watching and name == "open" and isinstance(arguments[2], int) and arguments[2] & 3:
            opened.append(arguments[0])

    sys.addaudithook(watch)
    try:
        large = stranger + bytes(2_000_000)  # more than Starlette keeps in memory by itself
        for photograph, status in ((large, 200), (stranger[:500], 422)):
            sent = {"photograph": ("Jane Doe.jpg", photograph)}
            assert client.post("/try", files=sent).status_code == status
            assert client.post("/api/v1/photograph", files=sent).status_code == status
        assert opened == []
    finally:
        watching = False


def test_the_api_says_the_same(client: TestClient, stranger: bytes) -> None:
    """The page's file and the API's answer are one."""
    about = {"simulated": "true", "age_years": "7", "sex": "male"}
    file = {"photograph": ("a.jpg", stranger)}
    page = client.post("/try", files=file, data=about | {"as_file": "true"}).json()
    assert client.post("/api/v1/photograph", files=file, data=about).json() == page
    assert client.get("/api/v1/photograph/trust").json() == page["trust"]


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "empty"), (b"GIF89a", "no image"), (b"\xff\xd8\xff\xe0" * 40, "The photograph")],
)
def test_what_is_no_photograph_is_told_on_the_form(
    client: TestClient, data: bytes, said: str
) -> None:
    """In place; what else was filled in stays."""
    about = {"age_years": "4.5", "sex": "male", "simulated": "true"}
    answer = client.post("/try", files={"photograph": ("a.jpg", data)}, data=about)
    assert answer.status_code == 422
    assert said in answer.text and 'type="file"' in answer.text
    assert 'value="4.5"' in answer.text and 'value="male" selected' in answer.text
    assert 'name="simulated" value="true" checked' in answer.text
    assert 'name="as_file" value="true">' in answer.text
    assert client.post("/api/v1/photograph", files={"photograph": data}).status_code == 422


def test_too_many_photographs_are_sent_away(client: TestClient, stranger: bytes) -> None:
    """With a word when to come again, and none of them is looked at."""
    holdings = client.app.state.holdings  # type: ignore[attr-defined]
    kept, holdings.counter = holdings.counter, Counter(places=1)
    try:
        with holdings.counter.turn():
            answer = client.post("/api/v1/photograph", files={"photograph": stranger})
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert client.post("/api/v1/photograph", files={"photograph": stranger}).is_success
    finally:
        holdings.counter = kept


@pytest.mark.parametrize("age", ["130", "four"])
def test_a_wrong_age_is_named(client: TestClient, stranger: bytes, age: str) -> None:
    """The form itself lets nobody send it; a program is told which field is wrong."""
    sent = {"files": {"photograph": stranger}, "data": {"age_years": age}}
    answer = client.post("/api/v1/photograph", **sent)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["error"] == "This is not as it should be: age_years."
