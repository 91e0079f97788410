"""Browser windows: each person has cookies and an address of their own, and no page complains."""

from collections.abc import Callable
from itertools import count
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Response,
    ViewportSize,
)

from tests.journeys.site import Site
from tests.waiting import HANG_SECONDS

PHONE, DESK = 360, 1280
HANG_MILLISECONDS = 1000 * HANG_SECONDS
HEIGHTS = {PHONE: 740, DESK: 900}

OpenWindow = Callable[..., Page]
"""open_window(site, width=…, javascript=…) → a page in a context of its own."""

_addresses = count(1)

# A refusal of the server or a lost connection is what many a journey is about; the page says so
# itself. What a page loads must be there, and that is watched by its answer.
_EXPECTED = ("Failed to load resource", "net::ERR_INTERNET_DISCONNECTED")
_PARTS = {"stylesheet", "script", "font", "image"}


def new_address() -> str:
    """An address that no visitor had before."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


class Windows:
    """The windows of one test; everything they complained about is kept."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def open(
        self, site: Site, *, width: int = DESK, javascript: bool = True, **options: Any
    ) -> Page:
        """Open a window of another person, or of another device."""
        context = self.browser.new_context(
            base_url=site.url,
            viewport=ViewportSize(width=width, height=HEIGHTS[width]),
            java_script_enabled=javascript,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            reduced_motion="reduce",
            extra_http_headers={"X-Forwarded-For": new_address()},
            **options,
        )
        context.set_default_timeout(HANG_MILLISECONDS)
        context.on("page", self._watch)
        self.contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        """Close them all."""
        for context in self.contexts:
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("console", self._hear)
        page.on("pageerror", self._note)
        page.on("response", self._check)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(
            words in message.text for words in _EXPECTED
        ):
            self.troubles.append(f"{message.type} in the console: {message.text}")

    def _note(self, error: Error) -> None:
        self.troubles.append(f"accident in a script: {error}")

    def _check(self, response: Response) -> None:
        if response.status >= 400 and response.request.resource_type in _PARTS:
            self.troubles.append(f"{response.status} for {response.url}")
