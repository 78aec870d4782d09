"""A connection that neither asks nor reads is closed; whoever waits for an answer keeps his."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from threading import Thread

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from rdface.web.access.header_limit import HeaderLimit

SECONDS = 0.75
READ_SECONDS = 3.0
WHOLE = b"GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LARGE = WHOLE.replace(b"slow", b"large")
PARTS, PART = 800, bytes(2**16)
"""More than the kernel keeps for who does not read."""


class Impatient(HeaderLimit):
    seconds = SECONDS
    read_seconds = READ_SECONDS


@pytest.fixture(scope="module")
def server() -> Iterator[uvicorn.Server]:
    app = FastAPI()

    @app.get("/slow")
    def slow() -> str:
        time.sleep(2 * SECONDS)
        return "here"

    @app.get("/large")
    def large() -> StreamingResponse:
        return StreamingResponse(PART for _ in range(PARTS))

    server = uvicorn.Server(uvicorn.Config(app, http=Impatient, log_level="critical"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield server
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def address(server: uvicorn.Server) -> tuple[str, int]:
    found: tuple[str, int] = server.servers[0].sockets[0].getsockname()
    return found


@pytest.fixture
def asking(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.create_connection(address, timeout=30) as connection:
        yield connection


@pytest.fixture
def slow_reader(address: tuple[str, int]) -> Iterator[socket.socket]:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(30)
        connection.connect(address)
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


@pytest.mark.parametrize("asked", [LARGE, LARGE * 9, LARGE[:-2] + b"Connection: close\r\n\r\n"])
def test_who_does_not_read_the_answer_is_given_up(
    server: uvicorn.Server, slow_reader: socket.socket, asked: bytes
) -> None:
    """His place is free again; the kernel may still hold for him what it has."""
    slow_reader.sendall(asked)
    held = server.server_state.connections
    until = time.monotonic() + 30
    while not held:  # it has come
        assert time.monotonic() < until
    while held:
        assert time.monotonic() < until, "it keeps its place"
        time.sleep(0.05)


def test_who_reads_slowly_gets_all_of_it(slow_reader: socket.socket) -> None:
    """In longer than an answer waits without being read."""
    slow_reader.sendall(LARGE)
    read = 0
    while read < PARTS * len(PART):
        if read < 6 * 2**20 and read // 2**19 != (read + 4096) // 2**19:
            time.sleep(READ_SECONDS / 8)
        read += len(come := slow_reader.recv(4096))
        assert come, "it was cut"
