"""The answer to a photograph, which no address leads to: for everybody, on every screen."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page

from rdface.cohort import load_cohort
from tests.web.browser.accessible import grave_faults
from tests.web.browser.watched import PHONE, Watched, scroll_through


def answered(page: Page) -> Page:
    """Send a simulated child by the form."""
    controls = load_cohort("sim103-controls")
    page.get_by_label("Photograph").set_input_files(controls.path(controls.image_ids[0]))
    page.get_by_label("The picture shows nobody").check()
    page.get_by_role("button", name="Ask the cohort").click()
    page.get_by_role("heading", name="What this face resembles").wait_for()
    scroll_through(page)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(watched: Watched, scheme: Literal["light", "dark"]) -> None:
    page = answered(watched.open("/try", scheme=scheme))
    assert grave_faults(page) == []
    assert watched.complaints == []


def test_a_phone_needs_no_sideways_scroll(watched: Watched) -> None:
    page = answered(watched.open("/try", width=PHONE))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
