"""What is sent is bounded in size and time, and never touches the disk."""

from __future__ import annotations

import asyncio
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from fastapi import FastAPI, Request, UploadFile
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from rdface.web.access.body_limit import FORM_BYTES, BodyLimit
from rdface.web.access.locks import install_locks
from rdface.web.access.role import LOCAL, Role, Visitor
from rdface.web.settings import Settings
from tests.web.access.explorer import Explorer

LARGEST = 3_000_000


@pytest.fixture
def taking(settings: Settings) -> TestClient:
    """An application that takes pictures, under our locks."""
    app = FastAPI()
    app.state.settings = replace(settings, upload_bytes=LARGEST)
    install_locks(app, app.state.settings)

    @app.post("/picture")
    def picture(file: UploadFile) -> int:
        return len(file.file.read())

    @app.post("/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    return TestClient(app, base_url="http://127.0.0.1")


def _chunks(size: int) -> Iterator[bytes]:
    for _ in range(size // 100_000):
        yield b"x" * 100_000


def test_what_is_too_large_is_refused_by_its_stated_length(taking: TestClient) -> None:
    assert taking.post("/raw", content=b"x" * LARGEST).json() == LARGEST
    answer = taking.post("/raw", content=b"x" * (LARGEST + FORM_BYTES + 1))
    assert answer.status_code == 413
    assert "at most 3 MB" in answer.json()["error"]


def test_and_by_counting_where_no_length_is_stated(taking: TestClient) -> None:
    assert taking.post("/raw", content=_chunks(LARGEST)).json() == LARGEST
    assert taking.post("/raw", content=_chunks(LARGEST + 200_000)).status_code == 413


def test_a_length_that_lies_does_not_help(taking: TestClient) -> None:
    for stated in ("1", "-1", "1e3", "٣", "9" * 30, ""):
        headers = {"Content-Length": stated.encode()}
        answer = taking.post("/raw", content=_chunks(LARGEST + 200_000), headers=headers)
        assert answer.status_code == 413, stated


def test_a_picture_never_lies_in_a_temporary_file(taking: TestClient, tmp_path: Path) -> None:
    """Starlette would move it to the disk above 1 MB; no file is opened for writing here."""
    opened: list[object] = []
    watching = True

    def watch(name: str, arguments: tuple[object, ...]) -> None:
        if watching and name == "open" and isinstance(arguments[2], int) and arguments[2] & 3:
            opened.append(arguments[0])
        if watching and name.startswith("tempfile."):
            opened.append(arguments)

    sys.addaudithook(watch)
    try:
        answer = taking.post("/picture", files={"file": ("a.jpg", b"x" * 2_900_000)})
        assert answer.json() == 2_900_000
        assert opened == []
        (tmp_path / "control").write_bytes(b"")
        assert len(opened) == 1
    finally:
        watching = False


def test_a_crash_leaves_no_image_of_the_memory(taking: TestClient) -> None:
    assert taking.post("/raw", content=b"x").status_code == 200
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


def test_who_has_not_signed_in_may_send_a_form_and_no_more(explorer: Explorer) -> None:
    asking = explorer.browser()
    assert asking.post("/sign-in", content=b"x" * FORM_BYTES).status_code in (401, 422)
    assert asking.post("/sign-in", content=b"x" * (FORM_BYTES + 1)).status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert asking.post("/sign-in", content=_chunks(200_000), headers=form).status_code == 413


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_thousands_of_fields_are_an_error_of_the_sender(explorer: Explorer, kind: str) -> None:
    asking = explorer.browser(Role.ADMIN)
    fields = {f"f{i}": "x" for i in range(5000)}
    sent = {"data": fields} if kind == "urlencoded" else {"files": fields}
    assert asking.post("/accounts", **sent).status_code in (400, 413, 422)  # type: ignore[arg-type]


BROKEN = (
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx"),
    ("multipart/form-data; boundary=" + "b" * 5000, b"x"),
    ("application/x-www-form-urlencoded", b"\xff\xfe%%%=&&&=\x00"),
    ("application/x-www-form-urlencoded; charset=nonsense", b"a=b"),
    ("application/json", b"{" * 2000),
    ("application/json", b"[" * 60_000),
    ("", b"\x00"),
)


def test_broken_bodies_are_errors_of_the_sender(explorer: Explorer) -> None:
    asking = explorer.browser(Role.ADMIN)
    for content_type, body in BROKEN:
        for path in ("/accounts", "/password", "/sign-in", "/accounts/x/close"):
            sent = {"Content-Type": content_type}
            answer = asking.post(path, content=body, headers=sent)
            assert 400 <= answer.status_code < 500, (path, content_type, answer.text)


def test_whoever_sends_too_slowly_is_not_waited_for() -> None:
    seen: list[int] = []

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        try:
            while (await receive())["more_body"]:
                pass
        except HTTPException as error:
            seen.append(error.status_code)

    async def drip() -> Message:
        await anyio.sleep(0.02)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(_message: Message) -> None: ...

    for visitor in (LOCAL, Visitor()):
        scope = {"type": "http", "method": "POST", "headers": [], "state": {"visitor": visitor}}
        asyncio.run(BodyLimit(app, largest=10**6, seconds=0.1)(scope, drip, send))
    assert seen == [408, 408]
