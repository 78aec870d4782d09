"""An explorer that really listens, and a headless Chromium that looks at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from rdface.web.app import create_app
from rdface.web.settings import Settings
from tests.web.browser.watched import Watched

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser takes seconds."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def pool_folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the pool, for the browser to decide about."""
    (shipped,) = settings.pools
    root = tmp_path_factory.mktemp("browser")
    shutil.copy(shipped.with_name("pool.parquet"), root / "pool.parquet")
    return Path(shutil.copytree(shipped, root / "pool"))


@pytest.fixture(scope="session")
def address(settings: Settings, pool_folder: Path) -> Iterator[str]:
    """Of an explorer on the loopback, on a free port."""
    app = create_app(replace(settings, pools=(pool_folder,)))
    listening = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", limit_max_requests=100_000)
    )
    thread = Thread(target=listening.run, daemon=True)
    thread.start()
    while not listening.started:
        thread.join(0.05)
        assert thread.is_alive(), "the explorer does not start"
    port = listening.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    listening.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; a machine that has none says so."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def watched(browser: Browser, address: str) -> Iterator[Watched]:
    """Opens pages, and fails at the end for whatever went wrong behind them."""
    watching = Watched(browser, address)
    yield watching
    watching.close()


@pytest.fixture
def page(watched: Watched) -> Page:
    """A page on a desktop, in light colours."""
    return watched.open()
