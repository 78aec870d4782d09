"""Take a picture of a page, at any width, with headless Chromium.

    python scripts/screenshot.py runs/demo/report.html docs/images/report.png --width 1200

Chromium's own ``--screenshot`` cannot make a window narrower than 500 pixels or as tall as the
page, so this speaks the DevTools protocol to it over a pipe; nothing but Chromium is needed.
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path
from typing import IO, Any

_PHONE = 600
"""Narrower pages are shown as a phone would show them."""


class Browser:
    """Chromium behind a pipe.

    Args:
        program: Path of Chromium or Chrome.
        profile: An empty folder for its profile.
    """

    def __init__(self, program: str, profile: str) -> None:
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
        ]
        # Chromium wants the pipe as descriptors 3 (to read from) and 4 (to write to).
        joined = 'exec "$@" 3<&0 4>&1 0</dev/null 1>/dev/null'
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command
            ["/bin/sh", "-c", joined, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._numbers = count(1)
        self._left = b""
        self.session: str | None = None

    def ask(self, method: str, **arguments: object) -> dict[str, Any]:
        """Call a method and wait for its answer; events in between are passed over."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": arguments}
        if self.session is not None:
            message["sessionId"] = self.session
        to_browser = _open(self._process.stdin)
        to_browser.write(json.dumps(message).encode() + b"\0")
        to_browser.flush()
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def wait_for(self, event: str) -> None:
        """Wait until something has happened."""
        while self._next().get("method") != event:
            pass

    def _next(self) -> dict[str, Any]:
        from_browser = _open(self._process.stdout)
        while b"\0" not in self._left:
            chunk = from_browser.read1(1 << 16)  # type: ignore[attr-defined]
            if not chunk:
                raise RuntimeError("Chromium went away")
            self._left += chunk
        message, _, self._left = self._left.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed

    def close(self) -> None:
        """End the browser."""
        self.session = None
        self.ask("Browser.close")
        self._process.wait(timeout=20)


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RuntimeError("Chromium has no pipe")
    return stream


def screenshot(
    page: Path,
    out: Path,
    *,
    width: int,
    top: int,
    height: int | None,
    scale: float,
    section: str | None = None,
) -> None:
    """Write a PNG of ``page``, ``width`` CSS pixels wide and by default down to its end.

    With a section (the id of its heading), ``top`` counts from its beginning, and the picture goes
    down to its end by default.
    """
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            target = browser.ask("Target.createTarget", url="about:blank")["targetId"]
            browser.session = browser.ask("Target.attachToTarget", targetId=target, flatten=True)[
                "sessionId"
            ]
            browser.ask("Page.enable")
            browser.ask(
                "Emulation.setDeviceMetricsOverride",
                width=width,
                height=height or 900,
                deviceScaleFactor=scale,
                mobile=width < _PHONE,
            )
            browser.ask("Page.navigate", url=page.resolve().as_uri())
            browser.wait_for("Page.loadEventFired")
            size = browser.ask("Page.getLayoutMetrics")["cssContentSize"]
            sys.stderr.write(f"page: {size['width']} x {size['height']} CSS pixels\n")
            end = size["height"]
            if section is not None:
                found = f"document.getElementById({json.dumps(section)}).closest('section')"
                box = (
                    f"(b => [b.top + scrollY, b.bottom + scrollY])({found}.getBoundingClientRect())"
                )
                answer = browser.ask("Runtime.evaluate", expression=box, returnByValue=True)
                begin, end = answer["result"]["value"]
                top += int(begin)
            tall = height or int(end) - top
            clip = {"x": 0, "y": top, "width": width, "height": tall, "scale": 1}
            picture = browser.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)
        finally:
            browser.close()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(base64.b64decode(picture["data"]))


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("page", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--width", type=int, default=1200, help="CSS pixels")
    parser.add_argument("--top", type=int, default=0, help="where to begin, CSS pixels")
    parser.add_argument("--section", help="id of the heading of the section to show")
    parser.add_argument("--height", type=int, help="CSS pixels; down to the end by default")
    parser.add_argument("--scale", type=float, default=1.0, help="picture pixels per CSS pixel")
    given = parser.parse_args()
    screenshot(
        given.page,
        given.out,
        width=given.width,
        top=given.top,
        height=given.height,
        scale=given.scale,
        section=given.section,
    )


if __name__ == "__main__":
    main()
