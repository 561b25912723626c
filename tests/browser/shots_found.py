"""Addresses that the scenes of ``make shots`` name: rows that are there, and those made by working once."""

import re
from collections.abc import Callable

from playwright.sync_api import Error, Page

BAD = "姓名,手机,生日,城市,粉丝\n顾清,13800138011,1990-05-04,杭州,12.5万\n贺兰,12,1990-13-40,北京,3000\n"
GOOD = "姓名,城市\n沈小满,杭州\n"
WORKER_MS = 60_000
FIRST_ROW = "[data-row] [data-open]"
SUBMIT = "button[type=submit]:visible"
TEAM = "main a[href^='/settings/teams/']:not([href$='/teams/']):not([href$='/add/'])"


def find(operator: Page, admin: Page, base: str) -> dict[str, str]:
    """Name → path; what could not be found is left out, and its scenes are told as missed."""
    ways: dict[str, Callable[[], str]] = {
        "file": lambda: _first(operator, f"{base}/kols/?owner=me", FIRST_ROW),
        "review": lambda: _first(operator, f"{base}/reviews/", "[data-row] a[href^='/reviews/']"),
        "plan": lambda: _first(operator, f"{base}/plans/", "[data-row] a[href^='/plans/']"),
        "agency": lambda: _first(operator, f"{base}/agencies/", FIRST_ROW),
        "colleague": lambda: _first(operator, f"{base}/kols/?owner=operator2", FIRST_ROW),
        "user": lambda: _first(admin, f"{base}/settings/users/?q=operator2", FIRST_ROW),
        "team": lambda: _first(admin, f"{base}/settings/teams/", TEAM),
        "merge": lambda: _pair(operator, base),
        "merged": lambda: _merged(operator, base),
        "dead": lambda: _dead(operator, base),
        "columns": lambda: _columns(operator, base, BAD),
        "preview": lambda: _preview(operator, base, BAD),
        "result": lambda: _result(operator, base),
        "bulk": lambda: _bulk(operator, base),
    }
    found: dict[str, str] = {}
    for name, way in ways.items():
        try:
            found[name] = way()
        except Error:
            continue
    return found


def _first(page: Page, address: str, selector: str) -> str:
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return (page.locator(selector).first.get_attribute("href", timeout=5_000) or "").split("?")[0]


def _path(page: Page, base: str) -> str:
    return page.url.removeprefix(base).split("?")[0]


def _new_file(page: Page, base: str, name: str) -> str:
    page.goto(f"{base}/kols/new/")
    page.fill("#id_name", name)
    page.locator(f"main {SUBMIT}").first.click()
    page.wait_for_url(re.compile("/kols/[0-9a-f-]{36}/"))
    return _path(page, base)


def _pair(page: Page, base: str) -> str:
    one, other = (_new_file(page, base, name) for name in ("宋知夏", "宋知夏 Summer"))
    return one + "merge/" + other.removeprefix("/kols/")


def _dead(page: Page, base: str) -> str:
    """The address of a file that became a part of another."""
    pair = _pair(page, base)
    page.goto(base + pair)
    page.locator(f"main {SUBMIT}").last.click()
    page.wait_for_url(re.compile("/kols/[0-9a-f-]{36}/$"))
    first, second = re.findall("[0-9a-f-]{36}", pair)
    return f"/kols/{second if first in page.url else first}/"


def _merged(page: Page, base: str) -> str:
    page.goto(base + _pair(page, base))
    page.locator(f"main {SUBMIT}").last.click()
    page.wait_for_url(re.compile("/kols/[0-9a-f-]{36}/$"))
    page.goto(f"{page.url}history/")
    return page.locator("a[href^='/merges/']").first.get_attribute("href", timeout=5_000) or ""


def _columns(page: Page, base: str, table: str) -> str:
    page.goto(f"{base}/imports/new/")
    page.locator("[type=file]").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    page.locator(f"main {SUBMIT}").first.click()
    page.wait_for_url(re.compile("/imports/[0-9a-f-]{36}/"))
    return _path(page, base)


def _worked(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.locator("#import-work").wait_for(state="detached", timeout=WORKER_MS)


def _preview(page: Page, base: str, table: str) -> str:
    path = _columns(page, base, table)
    page.locator("main .btn-primary:visible").last.click()
    _worked(page)
    return path


def _result(page: Page, base: str) -> str:
    path = _preview(page, base, GOOD)
    page.locator("form[action$='/run/'] [type=submit]").first.click()
    _worked(page)
    return path


def _bulk(page: Page, base: str) -> str:
    page.goto(f"{base}/kols/")
    page.locator("tr[data-row] [type=checkbox]").first.check()
    page.keyboard.press("b")
    page.locator("#side [name=city]").fill("Suzhou")
    page.locator(f"#side {SUBMIT}").last.click()
    link = page.locator("#side [hx-get*='/kols/bulk/'], #side a[href*='/kols/bulk/']").first
    address = link.get_attribute("hx-get", timeout=WORKER_MS) or link.get_attribute("href") or ""
    return address.split("state/")[0].split("?")[0]
