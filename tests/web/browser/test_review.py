"""A curator reviews a pool by mouse, by keyboard and without scripts, and it is written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rdface.cohort import load_cohort
from rdface.screening.review import REVIEW_FILE, Verdict, read_review
from tests.web.browser.watched import Watched


@pytest.fixture(autouse=True)
def undecided(pool_folder: Path) -> Iterator[None]:
    """Every test begins with a pool that nobody has seen, and leaves it so."""
    (pool_folder / REVIEW_FILE).unlink(missing_ok=True)
    yield
    (pool_folder / REVIEW_FILE).unlink(missing_ok=True)


def _verdicts(pool_folder: Path) -> list[Verdict]:
    pool = load_cohort(pool_folder)
    review = read_review(pool)
    return [review.verdict(name) for name in pool.image_ids]


def test_a_click_is_written_down_and_shown(page: Page, pool_folder: Path) -> None:
    page.goto("/pools/pool")
    card = page.locator(".pairing").nth(1)
    card.get_by_role("button", name="Reject").click()
    expect(card.locator("[data-verdict]")).to_have_text("rejected")
    expect(page.locator("[data-count=rejected]")).to_have_text("1")
    assert _verdicts(pool_folder)[:3] == ["open", "rejected", "open"]
    card.get_by_role("button", name="Reject").click()
    expect(card.locator("[data-verdict]")).to_have_text("to review")
    assert _verdicts(pool_folder)[1] == "open"


def test_keys_decide_and_take_back(page: Page, pool_folder: Path) -> None:
    page.goto("/pools/pool")
    page.locator(".pairing").first.get_by_role("button", name="Accept").focus()
    page.keyboard.press("a")
    expect(page.locator("#said")).to_contain_text("accepted")
    assert _verdicts(pool_folder)[0] == "accepted"
    page.keyboard.press("u")
    expect(page.locator("[data-count=accepted]")).to_have_text("0")
    assert _verdicts(pool_folder)[0] == "open"


def test_forms_do_the_same_without_scripts(watched: Watched, pool_folder: Path) -> None:
    page = watched.open("/pools/pool?flag=near_copy", script=False)
    page.get_by_role("button", name="Reject all 3 on this page").click()
    expect(page.locator(".empty")).to_contain_text("with these filters")
    assert _verdicts(pool_folder).count("rejected") == 3
    page.get_by_role("button", name="Undo my last decision").click()
    expect(page.locator(".pairing")).to_have_count(3)
    assert _verdicts(pool_folder).count("open") == 6


def test_what_is_not_written_is_not_shown_as_written(page: Page, pool_folder: Path) -> None:
    page.goto("/pools/pool")
    (pool_folder / REVIEW_FILE).write_text("this is no review")
    card = page.locator(".pairing").first
    card.get_by_role("button", name="Accept").click()
    expect(page.locator("#said")).to_contain_text("Not written")
    expect(page.locator("#said")).to_be_in_viewport()
    expect(card.locator("[data-verdict]")).to_have_text("to review")
