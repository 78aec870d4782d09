"""Servers that are slow, broken or not there, and the describer `openai`."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest

from rdface.errors import UsageError
from tests.phenotype.describers.asking import KEY, REPORT, ask, say
from tests.phenotype.describers.chat_server import Handler, chat_server


def test_a_slow_answer_is_given_up_and_asked_for_again() -> None:
    def behave(handler: Handler, number: int) -> None:
        if number == 0:
            time.sleep(3.0)
        handler.say(REPORT)

    with chat_server(behave) as seen:
        (answer,) = ask(seen, timeout=1.0)
    assert answer.text == REPORT and len(seen.bodies) == 2


def test_an_answer_that_drips_is_given_up_as_well() -> None:
    """Each byte comes in time, the whole never does."""

    def behave(handler: Handler, number: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(1000):  # until the client goes away
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    with chat_server(behave) as seen:
        (answer,) = ask(seen, timeout=0.3, retries=0)
    assert (answer.status, answer.problem) == ("failed", "No answer within 0.3 s.")


def test_429_is_tried_again_and_not_before_the_server_says() -> None:
    def behave(handler: Handler, number: int) -> None:
        if number == 0:
            handler.give(429, b'{"error": {"message": "slow down"}}', Retry_After="0.4")
        else:
            handler.say(REPORT)

    with chat_server(behave) as seen:
        (answer,) = ask(seen)
    assert answer.text == REPORT
    assert seen.times[1] - seen.times[0] >= 0.4


def test_500_is_tried_again_longer_and_longer_and_then_failed() -> None:
    def behave(handler: Handler, number: int) -> None:
        handler.give(500, b'{"error": "out of memory"}')

    with chat_server(behave) as seen:
        (answer,) = ask(seen, backoff=0.05)
    assert (answer.status, answer.text) == ("failed", "")
    assert answer.problem == "The server answered 500: out of memory"
    gaps = np.diff(seen.times)
    assert len(gaps) == 3 and gaps[0] >= 0.025 and gaps[2] >= 0.1


@pytest.mark.parametrize(
    "content", [b'{"choices": [{"mess', b"<html>busy</html>", b"[]", b"\xff\xfe", b"[" * 100_000]
)
def test_broken_json_is_tried_again(content: bytes) -> None:
    def behave(handler: Handler, number: int) -> None:
        if number == 0:
            handler.give(200, content)
        else:
            handler.say(REPORT)

    with chat_server(behave) as seen:
        (answer,) = ask(seen)
    assert answer.text == REPORT and len(seen.bodies) == 2


@pytest.mark.parametrize(
    "content", [b"{}", b'{"choices": []}', b'{"choices": [7]}', b'{"choices": {"a": 1}}']
)
def test_an_answer_without_a_choice_is_a_failure(content: bytes) -> None:
    with chat_server(lambda handler, _: handler.give(200, content)) as seen:
        (answer,) = ask(seen)
    assert (answer.status, answer.problem) == ("failed", "The answer holds no choice.")


@pytest.mark.parametrize("half", [False, True])
def test_a_closed_connection_is_tried_again(half: bool) -> None:
    def behave(handler: Handler, number: int) -> None:
        if number == 0:
            if half:
                handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n{")
                handler.wfile.flush()
            handler.close_connection = True
            handler.connection.shutdown(2)
        else:
            handler.say(REPORT)

    with chat_server(behave) as seen:
        (answer,) = ask(seen)
    assert answer.text == REPORT and len(seen.bodies) == 2


def test_a_server_that_is_not_there_is_a_failure_that_says_so() -> None:
    with chat_server(say) as seen:
        pass
    (answer,) = ask(seen, retries=1)
    assert answer.status == "failed" and "connection failed" in answer.problem


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_wrong_key_or_model_stops_at_once(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    said = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    with (
        chat_server(lambda handler, _: handler.give(status, said)) as seen,
        pytest.raises(UsageError) as caught,
    ):
        ask(seen, count=30)
    assert str(status) in caught.value.message and KEY not in caught.value.message
    assert "[key]" in caught.value.message
    assert len(seen.bodies) < 30


def test_a_redirect_is_not_followed() -> None:
    """A key or a picture goes to the server that was named, and to no other."""
    with (
        chat_server(say) as other,
        chat_server(
            lambda handler, _: handler.give(307, b"", Location=f"{other.url}/chat/completions")
        ) as seen,
        pytest.raises(UsageError, match="307"),
    ):
        ask(seen)
    assert not other.bodies
