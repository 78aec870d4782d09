"""The locks in a real browser: what its cookies, its origins and its caches do with them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rdface.web.access.accounts import accounts, add_account
from rdface.web.access.log import Actor
from rdface.web.access.role import Role
from rdface.web.app import create_app
from rdface.web.settings import Settings
from rdface.web.storage.database import Database
from rdface.web.storage.migrate import open_database
from tests.web.browser.serving import serving

PASSWORD = "correct horse battery"  # noqa: S105 - of the tests' own account


@pytest.fixture
def database(tmp_path: Path) -> Database:
    opened = open_database(str(tmp_path / "explorer.db"))
    add_account(opened, "ann", PASSWORD, Role.ADMIN, Actor("console:tests"))
    return opened


@pytest.fixture
def locked(settings: Settings, database: Database) -> Iterator[str]:
    """Address of an explorer with an account."""
    with serving(create_app(replace(settings, database=str(database.url.database)))) as where:
        yield where


@pytest.fixture
def elsewhere(locked: str) -> Iterator[str]:
    """Address of another site: a link to the explorer, and a form that acts in it."""
    page = (
        f"<a id=link href='{locked}/accounts'>see</a>"
        f"<form method=post action='{locked}/accounts/ann/close'><button id=forge>win</button>"
        f"</form><img id=spy src='{locked}/thumbnails/AAR_P0001_1'>"
    ).encode()

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def signed_in(browser: Browser, locked: str) -> Iterator[Page]:
    context = browser.new_context(base_url=locked)
    page = context.new_page()
    page.goto("/audit-log?who=ann")
    assert page.url.endswith("/sign-in?next=%2Faudit-log%3Fwho%3Dann")
    page.fill("#name", "ann")
    page.fill("#password", PASSWORD)
    page.click("main button")
    assert page.url == f"{locked}/audit-log?who=ann"
    yield page
    context.close()


def test_signing_in_and_out(signed_in: Page, locked: str) -> None:
    (cookie,) = [one for one in signed_in.context.cookies() if "session" in one["name"]]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert signed_in.evaluate("document.cookie") == ""
    signed_in.click(".sign-out button")
    assert signed_in.url == f"{locked}/sign-in"
    signed_in.go_back()
    signed_in.wait_for_load_state()
    assert "ann" not in signed_in.inner_text("main")


def test_a_link_from_elsewhere_works_and_a_form_does_not(
    signed_in: Page, elsewhere: str, locked: str, database: Database
) -> None:
    other = signed_in.context.new_page()
    other.goto(elsewhere)
    assert other.evaluate("document.querySelector('#spy').naturalWidth") == 0
    other.click("#link")
    other.wait_for_url(f"{locked}/accounts")
    other.goto(elsewhere)
    other.click("#forge")
    other.wait_for_load_state()
    assert "Sign in first." in other.inner_text("main")
    assert accounts(database)[0].closed_at is None
    signed_in.goto("/accounts")
    assert signed_in.url == f"{locked}/accounts"


def test_an_admin_makes_changes_and_closes_an_account(signed_in: Page, database: Database) -> None:
    signed_in.goto("/accounts")
    signed_in.fill("#name", "eve")
    signed_in.fill("#password", "some longer words")
    signed_in.click("text=Make the account")
    signed_in.click("summary:has-text('eve')")
    signed_in.select_option("#role-eve", "curator")
    signed_in.click("details[open] >> text=Change the role")
    signed_in.click("summary:has-text('eve')")
    signed_in.click("details[open] >> text=Close it for good")
    signed_in.wait_for_load_state()
    eve = accounts(database)[1]
    assert (eve.name, eve.role) == ("eve", "curator")
    assert eve.closed_at is not None
