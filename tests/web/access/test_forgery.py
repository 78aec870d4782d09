"""Other sites cannot act in a visitor's name."""

from __future__ import annotations

from fastapi.testclient import TestClient

from rdface.web.access.role import Role
from tests.web.access.explorer import PASSWORD, Explorer, sign_in
from tests.web.conftest import form_token

OWN = "http://127.0.0.1"


def _status(asking: TestClient, **headers: str) -> int:
    data = {"name": "eve", "password": "some longer words", "role": "viewer"}
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return asking.post("/accounts", data=data, headers=sent).status_code


def test_a_change_needs_the_token_of_this_very_session(explorer: Explorer) -> None:
    asking = explorer.browser(Role.ADMIN)
    other = explorer.browser(Role.ADMIN).headers["X-CSRF-Token"]
    nobodys = explorer.browser().headers["X-CSRF-Token"]
    right = asking.headers.pop("X-CSRF-Token")
    for wrong in ("", "x", other, nobodys, right[:-1], right.upper(), "ä"):
        assert _status(asking, X_CSRF_Token=wrong.encode()) == 403, wrong
    assert _status(asking) == 403
    assert _status(asking, X_CSRF_Token=right) == 303


def test_a_form_may_carry_it_as_a_field(explorer: Explorer) -> None:
    asking = explorer.browser(Role.ADMIN)
    right = asking.headers.pop("X-CSRF-Token")
    fields = {"name": "eve", "password": "some longer words", "role": "viewer"}
    assert asking.post("/accounts", data=fields | {"csrf_token": "x"}).status_code == 403
    as_file = {"csrf_token": ("name", right.encode())}
    assert asking.post("/accounts", data=fields, files=as_file).status_code == 403
    assert asking.post(f"/accounts?csrf_token={right}", data=fields).status_code == 403
    assert asking.post("/accounts", data=fields | {"csrf_token": right}).status_code == 303


def test_browsers_that_say_it_comes_from_elsewhere_are_believed(explorer: Explorer) -> None:
    asking = explorer.browser(Role.ADMIN)
    for site in ("cross-site", "same-site", "none", "", "Same-Origin"):
        assert _status(asking, Sec_Fetch_Site=site) == 403, site
    for origin in ("null", "http://evil.example", f"{OWN}:81", f"{OWN}.evil", "https://127.0.0.1"):
        assert _status(asking, Origin=origin) == 403, origin


def test_ones_own_pages_are_let_through(explorer: Explorer) -> None:
    asking = explorer.browser(Role.ADMIN)
    assert _status(asking, Origin=OWN, Sec_Fetch_Site="same-origin") == 303


def test_nobody_is_signed_in_by_another_site(explorer: Explorer) -> None:
    """Else a visitor would work, unknowing, in an attacker's account."""
    asking = explorer.browser()
    del asking.headers["X-CSRF-Token"]
    fields = {"name": "vic", "password": PASSWORD}
    assert asking.post("/sign-in", data=fields).status_code == 403
    fields["csrf_token"] = form_token(explorer.browser())
    assert asking.post("/sign-in", data=fields).status_code == 403
    assert sign_in(asking, "vic").status_code == 303


def test_without_accounts_a_page_elsewhere_cannot_send_either(client: TestClient) -> None:
    """An explorer on the loopback is within reach of every page that its user has open."""
    answer = client.post("/sign-out", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert client.post("/sign-out", headers={"X-CSRF-Token": "x"}).status_code == 403


def test_pages_elsewhere_can_link_here_but_embed_nothing(client: TestClient) -> None:
    """Else they could write into the log what a visitor has never seen; ports are sites, too."""
    for site in ("cross-site", "same-site", "nonsense"):
        for kind in ("image", "iframe", "empty", "script"):
            sent = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": kind}
            assert client.get("/conditions", headers=sent).status_code == 403, sent
        followed = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "document"}
        assert client.get("/conditions", headers=followed).status_code == 200
    for site in ("same-origin", "none"):
        own = {"Sec-Fetch-Site": site, "Sec-Fetch-Dest": "image"}
        assert client.get("/conditions", headers=own).status_code == 200
