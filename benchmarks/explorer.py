"""How fast the explorer is: a gallery page of 200 thumbnails in Chromium.

    python benchmarks/explorer.py [--cohort sim103] [--runs 10]

Each cold run has a new server and a new browser, and asks for the gallery first: every thumbnail is
made while the page waits. Each warm run asks a server that has shown the page before, with an empty
browser cache. The clock runs from the navigation until every picture of the page is decoded; only
the time until the load event is Chromium's own. Server and browser share this machine.

The processors' time that server and browser took stands beside it, for it is the same on a busy
machine: with two cores to themselves the two work side by side.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class Page(NamedTuple):
    """Seconds that one page took.

    Attributes:
        drawn: Until every picture is decoded.
        loaded: Until the load event.
        server: Processors' time of the server.
        browser: Processors' time of all of Chromium.
    """

    drawn: float
    loaded: float
    server: float
    browser: float


TARGET = 1.0
"""Seconds for a warm page of 200."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
DRAWN = """async () => {
  const faces = [...document.querySelectorAll(".faces image")];
  await Promise.all(faces.map(each => each.decode()));
  return [faces.length, performance.now(),
          performance.getEntriesByType("navigation")[0].loadEventStart];
}"""


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()

    from playwright.sync_api import sync_playwright

    cold: list[Page] = []
    warm: list[Page] = []
    with sync_playwright() as playwright:

        def new_browser() -> Browser:
            program = shutil.which("chromium") or shutil.which("google-chrome")
            return playwright.chromium.launch(executable_path=program, args=FLAGS)

        for _ in range(options.runs):
            with serving(options.cohort) as (server, address):
                browser = new_browser()
                cold.append(open_gallery(browser, server, address))
                browser.close()
        with serving(options.cohort) as (server, address):
            browser = new_browser()
            open_gallery(browser, server, address)
            warm += [open_gallery(browser, server, address) for _ in range(options.runs)]
            browser.close()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}, {options.runs} runs each\n")
    print("| gallery page of 200 | median s | range | load event | server CPU | browser CPU |")
    print("|---|---|---|---|---|---|")
    for name, pages in (("cold", cold), ("warm", warm)):
        drawn = [each.drawn for each in pages]
        middle = [statistics.median(column) for column in zip(*pages, strict=True)]
        print(
            f"| {name} | {middle[0]:.2f} | {min(drawn):.2f}–{max(drawn):.2f} | {middle[1]:.2f}"
            f" | {middle[2]:.2f} | {middle[3]:.2f} |"
        )
    print(f"\ntarget for a warm page: < {TARGET} s")


@contextmanager
def serving(cohort: str) -> Iterator[tuple[int, str]]:
    """An explorer of its own, on a free port, that has opened its cohort and shown no picture.

    Yields:
        Its process, and where it listens.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [shutil.which("rdface") or "rdface", "serve"]
    options = ["--cohort", cohort, "--port", str(port)]
    server = subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address)
        yield server.pid, address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/conditions", timeout=5).read()  # noqa: S310
            return
        except OSError:  # not yet
            time.sleep(0.1)
    raise SystemExit(f"No explorer answers at {address}.")


def open_gallery(browser: Browser, server: int, address: str) -> Page:
    """Open the gallery, without a browser cache."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    page = context.new_page()
    before = cpu_seconds(server), _cpu_of_browser(server)
    page.goto(f"{address}/gallery")
    pictures, drawn, loaded = page.evaluate(DRAWN)
    after = cpu_seconds(server), _cpu_of_browser(server)
    context.close()
    if pictures != 200:
        raise SystemExit(f"{pictures} pictures on the page; the cohort needs 200.")
    return Page(drawn / 1000, loaded / 1000, after[0] - before[0], after[1] - before[1])


def cpu_seconds(process: int) -> float:
    """Processors' time that a process has taken so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _cpu_of_browser(server: int) -> float:
    """That of all processes below this one, the server apart."""
    waiting, seconds = [os.getpid()], 0.0
    while waiting:
        process = waiting.pop()
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            waiting += [int(each) for each in children.read_text().split() if int(each) != server]
        seconds += cpu_seconds(process) if process != os.getpid() else 0.0
    return seconds


if __name__ == "__main__":
    main()
