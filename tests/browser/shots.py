"""``make shots``: every screen of the demo data, in both languages, light and dark, wide and on a phone.

What is photographed stands in ``scenes.py``. Pictures go to ``var/shots/``. ``SHOTS=file,board`` takes only
the scenes whose names begin so, ``SHOTS_VARIANTS=en_light_1440,zh_dark_390`` only these variants. What
answers on PORT (or SHOTS_URL) is photographed; if nothing does, all of ``make run`` is started meanwhile.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser.chromium import LANGUAGES, PHONE, WIDE, chromium
from tests.browser.scenes import ADMIN, MANAGER, OPERATOR, SCENES, STRANGER, Scene
from tests.browser.shots_found import find

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "shots"
SECONDS_TO_START = 600  # an empty database is filled first
PATIENCE_MS = 10_000


def answers(base: str) -> bool:
    """Whether KOL CRM is up there."""
    try:
        with urlopen(f"{base}/healthz", timeout=5) as answer:
            return answer.status == 200
    except (URLError, OSError):
        return False


@contextmanager
def server() -> Iterator[str]:
    """The address of a running installation: the one that is there, or one started for this."""
    base = os.environ.get("SHOTS_URL") or f"http://127.0.0.1:{os.environ.get('PORT') or 8000}"
    if answers(base):
        yield base
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WEB_CONCURRENCY": "2"}
    with subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment) as process:
        try:
            base, started = f"http://127.0.0.1:{port}", time.monotonic()
            while not answers(base):
                if process.poll() is not None or time.monotonic() - started > SECONDS_TO_START:
                    sys.exit("The server for the pictures did not start.")
                time.sleep(0.3)
            yield base
        finally:
            process.terminate()


def log_in(page: Page, username: str, base: str) -> None:
    """As one of the demo users."""
    page.goto(f"{base}/accounts/login/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", "demo")
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)


def variants() -> list[tuple[str, str, tuple[int, int]]]:
    """Language, colours, size: those asked for."""
    asked = os.environ.get("SHOTS_VARIANTS", "").split(",")
    every = [
        (language, scheme, size)
        for language in LANGUAGES
        for scheme in ("light", "dark")
        for size in (WIDE, PHONE)
    ]
    return [one for one in every if asked == [""] or _suffix(*one) in asked]


def _suffix(language: str, scheme: str, size: tuple[int, int]) -> str:
    return f"{language}_{scheme}_{size[0]}"


class Photographer:
    """One variant: a browser context for each of the people who look."""

    def __init__(self, browser: Browser, base: str, states: dict, found: dict[str, str], variant):
        self.browser, self.base, self.states, self.found, self.variant = browser, base, states, found, variant
        self.contexts: dict[str, BrowserContext] = {}
        self.missed: list[str] = []

    def _context(self, who: str) -> BrowserContext:
        if who not in self.contexts:
            language, scheme, (width, height) = self.variant
            context = self.browser.new_context(
                storage_state=self.states[who],
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                locale="zh-CN" if language == "zh" else "en-GB",
            )
            context.set_default_timeout(PATIENCE_MS)
            context.add_cookies([{"name": "django_language", "value": LANGUAGES[language], "url": self.base}])
            self.contexts[who] = context
        return self.contexts[who]

    def take(self, scene: Scene) -> None:
        """One picture; a scene that cannot be set up is told at the end, photographed as far as it came."""
        page = self._context(scene.who).new_page()
        name = f"{scene.name}_{_suffix(*self.variant)}"
        try:
            page.goto(self.base + scene.path.format_map(self.found))
            page.wait_for_load_state("networkidle")
            if scene.act:
                scene.act(page)
        except (Error, KeyError) as error:
            self.missed.append(f"{name}: {str(error).splitlines()[0]}")
        page.wait_for_timeout(200)  # what slides in has arrived
        page.screenshot(path=FOLDER / f"{name}.png")
        page.close()

    def leave(self) -> None:
        for context in self.contexts.values():
            context.close()


def shoot(browser: Browser, base: str) -> tuple[int, list[str]]:
    """All pictures; how many, and the scenes that could not be set up."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    states: dict = {STRANGER: None}
    pages = {}
    for who in (OPERATOR, MANAGER, ADMIN):
        context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
        pages[who] = context.new_page()
        log_in(pages[who], who, base)
        states[who] = context.storage_state()
    found = find(pages[OPERATOR], pages[ADMIN], base)
    wanted = tuple(os.environ.get("SHOTS", "").split(","))
    scenes = [scene for scene in SCENES if scene.name.startswith(wanted)]
    taken, missed = 0, []
    for variant in variants():
        photographer = Photographer(browser, base, states, found, variant)
        for scene in scenes:
            photographer.take(scene)
            taken += 1
        missed += photographer.missed
        photographer.leave()
    return taken, missed


if __name__ == "__main__":
    with server() as base, chromium() as browser:
        total, missed = shoot(browser, base)
    sys.stdout.write("\n".join([*missed, f"{total} pictures in {FOLDER}", ""]))
