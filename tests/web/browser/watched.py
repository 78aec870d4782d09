"""A browser that writes down what a page asked for and what it complained of."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Page, StorageState

DESKTOP, PHONE = 1200, 390
SIGN_IN = "/sign-in"


class Watched:
    """Opens pages of one explorer.

    Args:
        browser: Chromium.
        address: Of the explorer, without a slash at its end.
        session: Cookies of somebody who has signed in.

    Attributes:
        asked: Addresses of all requests.
        complaints: Errors and warnings of the console, failures of scripts, answers of 400 and
            more.
    """

    def __init__(self, browser: Browser, address: str, session: StorageState) -> None:
        self._browser, self.address, self._session = browser, address, session
        self._contexts: list[BrowserContext] = []
        self.asked: list[str] = []
        self.complaints: list[str] = []

    def open(
        self,
        path: str = "",
        *,
        width: int = DESKTOP,
        scheme: Literal["light", "dark"] = "light",
        script: bool = True,
    ) -> Page:
        """A page in a window of its own; loaded if a path is given.

        Somebody who has signed in opens it, but for the page where one does.
        """
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
            is_mobile=width == PHONE,
            base_url=self.address,
            storage_state=None if path == SIGN_IN else self._session,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "response",
            lambda answer: (
                self.complaints.append(f"{answer.status} {answer.url}")
                if answer.status >= 400
                else None
            ),
        )
        page.on(
            "console",
            lambda said: (
                self.complaints.append(said.text) if said.type in ("error", "warning") else None
            ),
        )
        if path:
            page.goto(path)
        return page

    def close(self) -> None:
        """Close all windows."""
        for context in self._contexts:
            context.close()


def scroll_through(page: Page) -> None:
    """Go down to the end, so that everything that waits to be seen is loaded."""
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.body.scrollHeight; y += 600) {
            scrollTo(0, y);
            await new Promise((seen) => setTimeout(seen, 30));
          }
        }"""
    )
    page.wait_for_load_state("networkidle")
    for chart in page.locator("figure.chart:visible .canvas").all():
        chart.locator(".main-svg").first.wait_for(state="attached", timeout=30_000)
