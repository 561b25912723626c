"""Debian's Chromium, headless and silent, for the browser tests and for ``make shots``."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
]
WIDE, PHONE = (1440, 1000), (390, 844)
LANGUAGES = {"en": "en", "zh": "zh-hans"}


def shot(page: Page, name: str) -> None:
    """A picture of each width in ``BROWSER_SHOTS``, where that names a folder."""
    if folder := os.environ.get("BROWSER_SHOTS"):
        for size, suffix in ((PHONE, "phone"), (WIDE, "wide")):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.screenshot(path=Path(folder) / f"{name}-{suffix}.png")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
