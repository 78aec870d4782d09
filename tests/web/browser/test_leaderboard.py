"""The leaderboard is sorted by keyboard, its curves are drawn, and it works without scripts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.web.browser.watched import Watched, scroll_through


def _column(page: Page, place: int) -> list[float]:
    cells = page.locator("table.sortable").first.locator(
        f"tbody:first-of-type td:nth-child({place})"
    )
    return [float(cell.get_attribute("data-value") or "nan") for cell in cells.all()]


def test_sorting_by_keyboard_keeps_the_focus_and_is_said_aloud(page: Page) -> None:
    page.goto("/leaderboard")
    head = page.locator("table.sortable").first.locator("thead th:nth-child(3)")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert _column(page, 3) == sorted(_column(page, 3), reverse=True)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "ascending"
    assert _column(page, 3) == sorted(_column(page, 3))
    assert page.evaluate("document.activeElement.closest('th').cellIndex") == 2
    expect(page.locator("[data-sorted]").first).to_contain_text("lowest first")
    expect(page.locator("table.sortable").first.locator("thead [aria-sort]")).to_have_count(1)


def test_the_curves_are_drawn_by_plotly_under_the_policy(watched: Watched) -> None:
    page = watched.open("/leaderboard")
    scroll_through(page)
    canvas = page.locator("figure.chart .canvas").first
    expect(canvas.locator(".scatterlayer .trace").first).to_be_attached()
    expect(canvas.locator(".legend .traces")).to_have_count(2)
    box = canvas.locator(".main-svg").first.bounding_box()
    assert box is not None and box["width"] > 600 and box["height"] > 300
    assert watched.complaints == []


def test_a_comparison_is_asked_for_without_scripts(watched: Watched) -> None:
    page = watched.open("/leaderboard", script=False)
    page.get_by_label("Run B").select_option(label="facenet, knn")
    page.get_by_role("button", name="Compare in pairs").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("against facenet (knn)")
    expect(page.locator("tbody").first.locator("tr")).to_have_count(10)
