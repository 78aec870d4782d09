"""Every page: for everybody's eyes, hands and ears, on every screen, and with nobody else told."""

from __future__ import annotations

from typing import Literal

import pytest

from tests.web.browser.accessible import grave_faults
from tests.web.browser.pages import page_routes, pages
from tests.web.browser.watched import PHONE, Watched, scroll_through

every_page = pytest.mark.parametrize("path", pages())


def test_every_page_has_an_example_and_its_own_title(watched: Watched) -> None:
    assert all("{" not in path for path in pages()), [route.path for route in page_routes()]
    titles = [watched.open(path).title() for path in pages()]
    assert len(set(titles)) == len(titles) >= 5


@every_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    watched: Watched, path: str, scheme: Literal["light", "dark"]
) -> None:
    """Names, roles, contrast (WCAG 2 A and AA) and what else axe-core judges."""
    page = watched.open(path, scheme=scheme)
    scroll_through(page)
    assert grave_faults(page) == []


@every_page
def test_nothing_comes_from_elsewhere_and_nothing_breaks_the_policy(
    watched: Watched, path: str
) -> None:
    scroll_through(watched.open(path))
    assert watched.asked
    assert not [url for url in watched.asked if not url.startswith((watched.address, "data:"))]
    assert watched.complaints == []


@every_page
def test_a_phone_needs_no_sideways_scroll(watched: Watched, path: str) -> None:
    page = watched.open(path, width=PHONE)
    scroll_through(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


@every_page
def test_the_keyboard_reaches_everything_and_sees_where_it_is(watched: Watched, path: str) -> None:
    """Tab after tab: the skip link first, then each stop in the page's order, each one marked."""
    page = watched.open(path)
    scroll_through(page)
    expected = page.evaluate(_STOPS)
    page.evaluate("scrollTo(0, 0)")
    page.locator("body").evaluate("body => { body.tabIndex = -1; body.focus() }")
    walked = []
    for _ in expected:
        page.keyboard.press("Tab")
        walked.append(page.evaluate(_WHERE))
    assert [one["number"] for one in walked] == list(range(len(expected)))
    assert walked[0]["text"] == "Skip to the content"
    assert not [one for one in walked if not one["marked"]]


_STOPS = """() => {
  const stops = [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((one) => !one.disabled && one.checkVisibility({ visibilityProperty: true }));
  stops.forEach((one, number) => { one.dataset.stop = number; });
  return stops.map((one) => one.outerHTML.slice(0, 80));
}"""

_WHERE = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return {
    number: Number(one.dataset.stop ?? -1),
    text: one.innerText,
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1,
  };
}"""
