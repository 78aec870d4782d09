"""A real HTTP server on this machine that speaks the chat-completions API, as badly as asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behave = Callable[["Handler", int], None]
"""Answers one request; the number counts the requests so far, from 0."""


@dataclass
class Seen:
    """What has come in."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    most_at_once: int = 0


class Handler(BaseHTTPRequestHandler):
    """Keeps requests, and answers by the test's function."""

    protocol_version = "HTTP/1.1"
    seen: Seen
    behave: Behave
    lock: threading.Lock
    now: list[int]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            number = len(self.seen.bodies)
            self.seen.bodies.append(body)
            self.seen.headers.append({key.lower(): value for key, value in self.headers.items()})
            self.seen.paths.append(self.path)
            self.seen.times.append(time.monotonic())
            self.now[0] += 1
            self.seen.most_at_once = max(self.seen.most_at_once, self.now[0])
        try:
            type(self).behave(self, number)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client has given up waiting
        finally:
            with self.lock:
                self.now[0] -= 1

    def give(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def say(self, text: str, **choice: Any) -> None:  # noqa: ANN401
        message = {"role": "assistant", "content": text}
        answer = {
            "choices": [{"message": message, "finish_reason": "stop"} | choice],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 200},
        }
        self.give(200, json.dumps(answer).encode())

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@contextmanager
def chat_server(behave: Behave) -> Iterator[Seen]:
    """Serve until the block ends."""
    seen = Seen()
    kind = type(
        "Bound",
        (Handler,),
        {"seen": seen, "behave": staticmethod(behave), "lock": threading.Lock(), "now": [0]},
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    seen.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
