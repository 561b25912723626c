"""``make shots``: every screen of the demo data, in both languages, light and dark, wide and on a phone.

The screens are found by following the rail's links, from each list its first row, and from a file its tabs.
Pictures go to ``var/shots/``. What answers on PORT (or SHOTS_URL) is photographed; if nothing does, a server
is started for the time it takes, on the database of ``make run``, with demo data if that is empty.
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
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, Page

from tests.browser.chromium import LANGUAGES, PHONE, WIDE, chromium

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "shots"
USER = os.environ.get("SHOTS_USER", "operator")
SECONDS_TO_START = 60


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
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--noinput", "-v", "0"], cwd=ROOT, env=environment, check=True)
    asks = "from kol_crm.core.models import User; raise SystemExit(not User.objects.exists())"
    if subprocess.run(
        [*manage, "shell", "-v", "0", "-c", asks], cwd=ROOT, env=environment, check=False
    ).returncode:
        subprocess.run([*manage, "demo"], cwd=ROOT, env=environment, check=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "--log-level", "warning"]
    with subprocess.Popen(gunicorn, cwd=ROOT, env=environment) as process:
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


def _links(page: Page, selector: str) -> list[str]:
    hrefs = page.eval_on_selector_all(selector, "links => links.map(link => link.getAttribute('href'))")
    return list(dict.fromkeys(urlsplit(href).path for href in hrefs))


def screens(page: Page, base: str) -> dict[str, str]:
    """Name → path of each screen."""
    page.goto(base)
    found, file = {}, ""
    for path in _links(page, ".rail a[href^='/'], .topbar a[href^='/']"):
        name = path.strip("/").replace("/", "-") or "today"
        found[name] = path
        page.goto(base + path)
        rows = [row for row in _links(page, "[data-row] [data-open], tr[data-row] a") if row != path]
        if name == "kols" and rows:
            file = rows[0]
        elif rows:
            found[f"{name}-one"] = rows[-1] if name == "plans" and rows[0].startswith("/kols/") else rows[0]
    if file:
        found["file"] = file
        page.goto(base + file)
        for path in _links(page, f"a[href^='{file}']"):
            if path != file:
                found[f"file-{path.removeprefix(file).strip('/').replace('/', '-')}"] = path
    return found


def shoot(browser: Browser, base: str) -> int:
    """All pictures; how many."""
    first = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]})
    page = first.new_page()
    page.goto(f"{base}/accounts/login/")
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / "login.png")
    log_in(page, USER, base)
    paths, state = screens(page, base), first.storage_state()
    first.close()
    for language, code in LANGUAGES.items():
        for scheme in ("light", "dark"):
            for width, height in (WIDE, PHONE):
                context = browser.new_context(
                    storage_state=state,
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    locale="zh-CN" if language == "zh" else "en-GB",
                )
                context.add_cookies([{"name": "django_language", "value": code, "url": base}])
                page = context.new_page()
                for name, path in paths.items():
                    page.goto(base + path)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=FOLDER / f"{name}_{language}_{scheme}_{width}.png")
                context.close()
    return 1 + len(paths) * len(LANGUAGES) * 4


if __name__ == "__main__":
    with server() as base, chromium() as browser:
        total = shoot(browser, base)
    sys.stdout.write(f"{total} pictures in {FOLDER}\n")
