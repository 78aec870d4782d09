"""A connection on which no request comes is closed; whoever waits for an answer keeps his."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI

from rdface.web.access.header_limit import HeaderLimit

SECONDS = 0.75
WHOLE = b"GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class Impatient(HeaderLimit):
    seconds = SECONDS


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    app = FastAPI()

    @app.get("/slow")
    def slow() -> str:
        time.sleep(2 * SECONDS)
        return "here"

    server = uvicorn.Server(uvicorn.Config(app, http=Impatient, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield listening.getsockname()
        server.should_exit = True
        thread.join(30)


@pytest.fixture
def asking(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=30) as connection:
        yield connection


def closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize("begun", [b"", WHOLE[:20]])
def test_nothing_and_half_of_a_request_are_given_up(asking: socket.socket, begun: bytes) -> None:
    started = time.monotonic()
    asking.sendall(begun)
    assert closed(asking)
    assert time.monotonic() - started >= SECONDS * 0.9


def test_drops_do_not_keep_it_open(asking: socket.socket) -> None:
    with pytest.raises(ConnectionError):
        for _ in range(100):
            asking.sendall(b"GET / HTTP/1.1\r\n"[:1])
            time.sleep(SECONDS / 5)


def test_a_slow_answer_is_waited_for_and_the_next_request_is_bounded_again(
    asking: socket.socket,
) -> None:
    for _ in range(2):
        asking.sendall(WHOLE)
        answer = b""
        while not answer.endswith(b'"here"'):
            answer += (come := asking.recv(4096))
            assert come, "it was cut"
    asking.sendall(WHOLE[:20])
    assert closed(asking)


def test_a_body_that_nobody_reads_is_given_up_too(asking: socket.socket) -> None:
    asking.sendall(WHOLE[:-2] + b"Content-Length: 1000\r\n\r\n")
    answer = b""
    while not answer.endswith(b'"here"'):
        answer += asking.recv(4096)
    with pytest.raises(ConnectionError):
        for _ in range(100):
            asking.sendall(b"x")
            time.sleep(SECONDS / 5)
