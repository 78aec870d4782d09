"""The site builds without a warning and asks nothing of any other server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.docs.pages import DOCS, PAGES, ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a warning (a page outside the navigation, a dead link) ends it."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    return out


@pytest.fixture
def address(site: Path) -> Iterator[str]:
    """The site, served on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_page_is_there_and_loads_nothing_from_elsewhere(site: Path) -> None:
    html = {path.relative_to(site).with_suffix("") for path in site.rglob("*.html")}
    assert {page.relative_to(DOCS).with_suffix("") for page in PAGES} <= html
    loads = re.compile(r"<(?:script|img|iframe|link|source)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//")
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not loads.search(text), path
        assert "Content-Security-Policy" in text, path
    for path in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//", path.read_text(encoding="utf-8")), path


def test_all_commands_stand_on_their_page(site: Path) -> None:
    text = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    for heading in ("rdface bench", "rdface cohort build", "rdface synthesize make"):
        assert f'id="{heading.replace(" ", "-")}"' in text
    assert "--for-own-use" in text


def test_a_browser_asks_only_this_server_and_search_works(address: str, browser: Browser) -> None:
    asked: list[str] = []
    said: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    for name in ("index", "tutorial", "fairness", "reference/commands", "reference/metrics"):
        page.goto(f"{address}/{name}.html", wait_until="networkidle")
    # The search listens to keys, not to a changed value; `fill` sends none and is often missed.
    page.get_by_placeholder("Search").first.press_sequentially("withdraw")
    page.locator(".md-search-result__item").first.wait_for(timeout=20_000)
    page.close()
    assert asked and all(url.startswith((address, "data:", "blob:")) for url in asked)
    assert said == []
