"""axe finds no breach of WCAG 2.2 AA on the main pages, in light and dark, wide and on the phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from kol_crm.core.models import User
from tests.browser.chromium import PHONE as PHONE_SIZE
from tests.browser.chromium import WIDE
from tests.browser.desk import MAIL, PHONE, Desk

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def full(desk: Desk):
    """A desk on which every page has something to show; the address of each page."""
    kol = desk.kol(
        at_stage="initial",
        contacts=[MAIL, PHONE],
        accounts=[{"platform": "own", "handle": "siyu"}, {"platform": "bilibili", "handle": "siyu"}],
        city="Chengdu",
        likes=["豆腐"],
    )
    desk.only_due(kol, review=-2)
    desk.only_due(desk.kol("Noah Park"), touch=0)
    greeting = desk.greeting("Ana Silva")
    file = f"/kols/{kol.pk}/"
    pages = ["/", "/kols/", "/kols/new/", "/board/", "/reviews/", "/plans/", "/dashboard/", f"/greetings/{greeting.pk}/"]
    return [*pages, *(f"{file}{tab}" for tab in ("", "performance/", "incentives/", "history/", "edit/", "plans/new/"))]


def breaches(page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url}: {one['id']} at {node['target']}: {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE_SIZE], ids=["wide", "phone"])
def test_no_page_breaks_wcag(visitors, desk, full, scheme, size):
    page = visitors.open(desk.operator, full[0], size=size, scheme=scheme)
    found = []
    for path in full:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found += breaches(page)
    assert not found, "\n".join(found)


def test_login_and_opened_parts_break_no_rule(visitors, desk):
    login = visitors.open(None, "/")
    kol = desk.kol(contacts=[PHONE], city="Chengdu")
    file = visitors.open(desk.user("Luo Shan", role=User.Role.MANAGER), f"/kols/{kol.pk}/")
    file.get_by_role("button", name="Edit City: Chengdu").click()
    file.get_by_label("City", exact=True).wait_for()
    file.get_by_role("button", name="Move stage").click()
    file.locator("#side [data-move-part]").wait_for()
    found = breaches(login) + breaches(file)
    file.get_by_role("button", name="More").click()
    found += breaches(file)
    assert not found, "\n".join(found)
