"""The explorer answers to its own names alone (DNS rebinding)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from rdface.web.access.hosts import OwnNames, host_names
from rdface.web.settings import Settings, is_loopback


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8103", "127.0.0.1:1", "[::1]", "[::1]:8103", "localhost."]
)
def test_its_own_names(client: TestClient, host: str) -> None:
    assert client.get("/assets/icon.svg", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.example:8103",
        "127.0.0.1.evil.example",
        "localhost:8103@evil.example",
        "localhost, evil.example",
        "localhost/evil.example",
        "[::1].evil.example",
        "[::2]",
        "127.0.0.2",
        "0.0.0.0",  # noqa: S104 - refused
        "",
        ":80",
        "localhost:port",
        "localhost\\evil.example",
    ],
)
def test_any_other_name(client: TestClient, host: str) -> None:
    for path in ("/assets/icon.svg", "/"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "evil" not in answer.text


def test_two_names_at_once_are_refused() -> None:
    hosts = [(b"host", b"localhost"), (b"host", b"evil.example")]
    names = OwnNames(None, frozenset({"localhost"}))  # type: ignore[arg-type]
    assert not names._known({"type": "http", "headers": hosts})
    assert names._known({"type": "http", "headers": hosts[:1]})
    assert not names._known({"type": "http", "headers": []})


def test_off_the_loopback_localhost_is_no_name_of_it() -> None:
    settings = Settings(cohort="x", host="192.0.2.7", names=("Faces.Example",))
    assert host_names(settings) == {"192.0.2.7", "faces.example"}
    assert "localhost" in host_names(replace(settings, host="127.0.0.1"))


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("127.9.9.9", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("localhost.evil.example", False),
        ("2130706433", False),
        ("", False),
    ],
)
def test_what_is_the_loopback(host: str, here: bool) -> None:
    assert is_loopback(host) is here
