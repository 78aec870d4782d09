"""What axe-core holds against a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

GRAVE = ("serious", "critical")


def grave_faults(page: Page) -> list[tuple[str, str, str]]:
    """Serious and critical ones, all that can be unfolded being open: rule, element, what to do."""
    for details in page.locator("details").all():
        details.evaluate("one => { one.open = true }")
    return [
        (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0]["failureSummary"][:300])
        for one in Axe().run(page).response["violations"]
        if one["impact"] in GRAVE
    ]
