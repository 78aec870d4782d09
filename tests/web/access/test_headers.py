"""Every answer, errors included, is kept to the browser that asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from rdface.web.access.headers import HEADERS
from rdface.web.access.role import Role
from rdface.web.app import create_app
from rdface.web.settings import Settings
from rdface.web.storage.database import Database
from tests.web.access.explorer import Explorer, sign_in

ASKED = [
    ("GET", "/", {}),
    ("GET", "/", {"Accept": "text/html"}),
    ("GET", "/nowhere", {"Accept": "text/html"}),
    ("GET", "/api/v1/nowhere", {}),
    ("GET", "/sign-in", {"Accept": "text/html"}),
    ("GET", "/audit-log?before=x", {}),
    ("GET", "/assets/nothing.css", {}),
    ("POST", "/sign-in", {}),
    ("POST", "/sign-in", {"Sec-Fetch-Site": "cross-site"}),
    ("POST", "/accounts", {"Content-Length": "99999999999"}),
    ("POST", "/accounts", {"Content-Type": "multipart/form-data"}),
    ("PUT", "/accounts", {}),
    ("GET", "/", {"Host": "evil.example"}),
    ("GET", "/", {"Host": ""}),
]


@pytest.mark.parametrize("role", [None, Role.ADMIN])
def test_all_answers_carry_them(explorer: Explorer, role: Role | None) -> None:
    asking = explorer.browser(role)
    for method, path, headers in ASKED:
        answer = asking.request(method, path, headers=headers)
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], (method, path, name)
        assert answer.headers.get_list("cache-control") == ["no-store"], (method, path)
        assert "server" not in answer.headers
        assert answer.status_code < 500


def test_nothing_inline_and_nothing_from_elsewhere_is_allowed() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "*" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


def test_only_assets_may_be_kept(client: TestClient) -> None:
    answer = client.get("/assets/explorer.css")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["etag"]


def test_over_https_cookies_and_browsers_stay_with_it(
    database: Database, settings: Settings
) -> None:
    own = replace(
        settings, https=True, names=("faces.example",), database=str(database.url.database)
    )
    asking = TestClient(create_app(own), base_url="https://faces.example", follow_redirects=False)
    answer = sign_in(asking, "vic")
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    cookie = answer.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-rdface-session=")
    assert "; Secure" in cookie
