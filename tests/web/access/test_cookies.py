"""Explorers on one machine share its cookies, and must not share their names."""

from __future__ import annotations

from dataclasses import replace

from rdface.web.access.cookies import SESSION, cookie_name
from rdface.web.settings import Settings


def test_two_explorers_whose_ports_the_system_chooses_have_cookies_of_their_own() -> None:
    one, other = (Settings(cohort="sim103", port=0) for _ in range(2))
    assert cookie_name(SESSION, one) == cookie_name(SESSION, one)
    assert cookie_name(SESSION, one) != cookie_name(SESSION, other)
    assert cookie_name(SESSION, replace(one, port=8103)) == "rdface-session-8103"
