"""An explorer that really listens, and somebody who has signed in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from rdface.web.access.accounts import add_account
from rdface.web.access.log import Actor
from rdface.web.access.role import Role
from rdface.web.app import create_app
from rdface.web.settings import Settings
from rdface.web.storage.migrate import open_database
from tests.web.browser.serving import serving
from tests.web.browser.watched import Watched

expect.set_options(timeout=30_000)  # as long as everything else in Playwright waits
NAME, PASSWORD = "ann", "correct horse battery"


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
    """Of an explorer on the loopback, on a free port, with an account."""
    url = str(pool_folder.with_name("explorer.db"))
    database = open_database(url)
    add_account(database, NAME, PASSWORD, Role.ADMIN, Actor("console:tests"))
    database.engine.dispose()
    with serving(create_app(replace(settings, pools=(pool_folder,), database=url))) as where:
        yield where


@pytest.fixture(scope="session")
def session(browser: Browser, address: str) -> StorageState:
    """The cookies of somebody who has signed in by the form."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=f"Sign out {NAME}").wait_for()
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def watched(browser: Browser, address: str, session: StorageState) -> Iterator[Watched]:
    """Opens pages, and writes down what goes on behind them."""
    watching = Watched(browser, address, session)
    yield watching
    watching.close()


@pytest.fixture
def page(watched: Watched) -> Page:
    """A page on a desktop, in light colours."""
    return watched.open()
