"""What the describer `openai` keeps to itself: keys, pictures, addresses."""

from __future__ import annotations

import json
import logging

import pytest

from rdface.errors import UsageError
from rdface.phenotype import make_describer
from rdface.phenotype.describers.openai_server import OpenAiServer
from tests.phenotype.describers.asking import KEY, ask, describer, pictures, say
from tests.phenotype.describers.chat_server import Handler, chat_server


@pytest.mark.parametrize("variable", ["RDFACE_OPENAI_KEY", "OPENAI_API_KEY"])
def test_the_key_goes_into_one_header_and_nowhere_else(
    variable: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("RDFACE_OPENAI_KEY", raising=False)
    monkeypatch.setenv(variable, KEY)
    caplog.set_level(logging.DEBUG)
    with chat_server(say) as seen:
        asked = describer(seen)
        list(asked.describe(pictures()))
    assert seen.headers[0]["authorization"] == f"Bearer {KEY}"
    assert KEY not in caplog.text and KEY.encode() not in seen.bodies[0]
    assert KEY not in asked.model_dump_json() and KEY not in repr(asked)
    before = asked.fingerprint
    monkeypatch.setenv(variable, "another")
    assert asked.fingerprint == before


def test_without_a_key_no_header_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RDFACE_OPENAI_KEY", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with chat_server(say) as seen:
        ask(seen)
    assert "authorization" not in seen.headers[0]


def test_nothing_of_a_picture_is_in_any_log_even_when_the_server_repeats_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """All loggers at DEBUG, those of the HTTP client too; every way an answer can go wrong."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.Logger.manager.loggerDict):
        if name.startswith(("httpx", "httpcore", "rdface")):
            caplog.set_level(logging.DEBUG, logger=name)

    def behave(handler: Handler, number: int) -> None:
        url = json.loads(handler.seen.bodies[number])["messages"][0]["content"][0]["image_url"]
        echo = json.dumps({"error": {"message": f"bad picture: {url['url']}"}}).encode()
        if number % 4 == 0:
            handler.give(500, echo)
        elif number % 4 == 1:
            handler.give(200, b"{" + echo)
        elif number % 4 == 2:
            handler.close_connection = True
            handler.connection.shutdown(2)
        else:
            handler.give(400, echo)

    with chat_server(behave) as seen:
        (answer,) = ask(seen, encoding="png")
    shown = json.loads(seen.bodies[0])["messages"][0]["content"][0]["image_url"]["url"]
    data = shown.partition(",")[2]
    assert len(seen.bodies) == 4 and answer.problem == "The server answered 400: bad picture: [...]"
    told = caplog.text + answer.problem
    assert "Try 2" in told
    assert not any(data[at : at + 24] in told for at in range(0, len(data) - 24, 8))


@pytest.mark.parametrize(
    ("url", "destination"),
    [
        ("http://127.0.0.1:8000/v1", ""),
        ("http://localhost:11434/v1", ""),
        ("http://[::1]:8000/v1", ""),
        ("https://api.openai.com/v1", "https://api.openai.com"),
        ("http://10.0.0.5:8000/v1", "http://10.0.0.5:8000 (unencrypted)"),
        ("http://0.0.0.0:8000/v1", "http://0.0.0.0:8000 (unencrypted)"),
        ("https://localhost.example.org/v1", "https://localhost.example.org"),
        ("https://127.0.0.1.example.org/v1", "https://127.0.0.1.example.org"),
        ("https://2130706433/v1", "https://2130706433"),
    ],
)
def test_only_this_machine_beyond_doubt_is_no_upload(url: str, destination: str) -> None:
    describer = OpenAiServer(model="m", url=url)
    assert describer.destination == destination
    assert describer.uploads is bool(destination)


@pytest.mark.parametrize(
    "url",
    [f"https://user:{KEY}@host/v1", f"https://host/v1?key={KEY}", "host/v1", "ftp://h", "http://["],
)
def test_an_address_with_a_key_in_it_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_describer("openai", {"model": "m", "url": url})
    assert KEY not in caught.value.message + (caught.value.hint or "")
