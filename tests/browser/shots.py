"""``make shots``: every screen of the demo data, in both languages, light and dark, wide and on a phone.

The screens are found by following the rail's links and, from each list, its first row; nothing is listed by hand but
the tabs of a file. Pictures go to ``var/shots/``.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Browser, Page, sync_playwright

BASE = os.environ.get("SHOTS_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
FOLDER = Path(os.environ.get("VAR_DIR", "var")) / "shots"
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
FILE_TABS = ("performance", "incentives", "history", "edit")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def log_in(page: Page, username: str, base: str = BASE) -> None:
    """As one of the demo users."""
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", "demo")
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)


def screens(page: Page) -> dict[str, str]:
    """Name → path of each screen: the rail's links, the first row of each list, and the tabs of a file."""
    page.goto(BASE)
    rail = page.eval_on_selector_all(".rail a[href^='/']", "links => links.map(link => link.getAttribute('href'))")
    found = {"login": "/accounts/login/"}
    for href in dict.fromkeys(rail):
        path = urlparse(href).path
        name = path.strip("/") or "today"
        found[name] = href
        page.goto(BASE + href)
        row = page.query_selector("[data-row] [data-open], .kol-card a[href]")
        target = urlparse(row.get_attribute("href") or "").path if row else ""
        if target and target != path:
            found[f"{name}-one"] = target
    file = next((path for path in found.values() if path.startswith("/kols/") and len(path) > 20), "")
    if file:
        found |= {f"file-{tab}": f"{file}{tab}/" for tab in FILE_TABS}
    found["new"] = "/kols/new/"
    return found


def shoot(browser: Browser, username: str) -> int:
    """All pictures; how many."""
    first = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = first.new_page()
    log_in(page, username)
    paths, state = screens(page), first.storage_state()
    first.close()
    FOLDER.mkdir(parents=True, exist_ok=True)
    count = 0
    for language, code in LANGUAGES.items():
        for scheme in ("light", "dark"):
            for size in (WIDE, PHONE):
                context = browser.new_context(
                    storage_state=state,
                    viewport={"width": size[0], "height": size[1]},
                    color_scheme=scheme,
                    locale="zh-CN" if language == "zh" else "en-GB",
                )
                context.add_cookies([{"name": "django_language", "value": code, "url": BASE}])
                page = context.new_page()
                for name, path in paths.items():
                    if name == "login":
                        continue
                    page.goto(BASE + path)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=FOLDER / f"{name.replace('/', '_')}_{language}_{scheme}_{size[0]}.png")
                    count += 1
                context.close()
    anonymous = browser.new_page()
    anonymous.goto(f"{BASE}/accounts/login/")
    anonymous.screenshot(path=FOLDER / "login.png")
    return count + 1


if __name__ == "__main__":
    with chromium() as browser:
        total = shoot(browser, os.environ.get("SHOTS_USER", "manager"))
    sys.stdout.write(f"{total} pictures in {FOLDER}\n")
