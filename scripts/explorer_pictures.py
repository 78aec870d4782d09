"""Take the pictures of the explorer that the docs show, with Playwright and Chromium.

    rdface serve --cohort sim103 --runs runs/demo
    python scripts/explorer_pictures.py http://127.0.0.1:8103 docs/images

The child who is tried is the first of sim103-controls: simulated, unaffected, seven and a half
years old.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from rdface.cohort import load_cohort

_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_WIDTH = 1100


def take(address: str, folder: Path) -> None:
    """Write ``explorer-gallery.jpg`` and ``explorer-try.jpg``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        page = browser.new_page(
            base_url=address, viewport={"width": _WIDTH, "height": 900}, color_scheme="light"
        )
        page.goto("/gallery?age_to=5")
        _shoot(page, folder / "explorer-gallery.jpg", 900)
        page.goto("/try")
        controls = load_cohort("sim103-controls")
        child = controls.images.iloc[0]
        page.get_by_label("Photograph").set_input_files(controls.path(child["image_id"]))
        page.get_by_label("Age in years").fill("7.5")
        page.get_by_label("Sex").select_option(child["sex"])
        page.get_by_label("simulated").check()
        page.get_by_role("button", name="Ask the cohort").click()
        page.get_by_role("heading", name="What this face resembles").wait_for()
        _shoot(page, folder / "explorer-try.jpg", 1120)
        browser.close()


def _shoot(page: Page, out: Path, height: int) -> None:
    page.wait_for_load_state("networkidle")
    clip = {"x": 0, "y": 0, "width": _WIDTH, "height": height}
    page.screenshot(path=out, full_page=True, clip=clip, type="jpeg", quality=80)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("address", help="of a running explorer without accounts")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    take(given.address, given.folder)


if __name__ == "__main__":
    main()
