"""axe finds no breach of WCAG 2.2 AA on the main pages, in light and dark, wide and on the phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from kol_crm.core.models import User
from lifecycle.models import Review
from tests.browser.chromium import PHONE as PHONE_SIZE
from tests.browser.desk import MAIL, PHONE, Desk

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}  # all that differs in the dark
COLOURS_SETTLED = "Promise.all(document.getAnimations().map((change) => change.finished))"


@pytest.fixture
def full(request, desk: Desk):
    """A desk on which every page has something to show; the address of each page."""
    kol = desk.kol(
        at_stage="initial",
        contacts=[MAIL, PHONE],
        accounts=[{"platform": slug, "handle": desk.operator.username} for slug in ("own", "bilibili")],
        city="Chengdu",
        likes=["豆腐"],
    )
    desk.only_due(kol, review=-2)
    desk.only_due(desk.kol("Noah Park"), touch=0)
    greeting = desk.greeting("Ana Silva")
    request.getfixturevalue("standing_gates")  # from here on: the pages show their checks
    file = f"/kols/{kol.pk}/"
    tabs = ("", "performance/", "cooperation/", "incentives/", "history/", "edit/", "plans/new/")
    pages = ["/", "/kols/", "/kols/new/", "/board/", "/reviews/", "/plans/", "/dashboard/"]
    asked = [f"/reviews/{Review.objects.get(kol=kol, done_at=None).pk}/", f"{file}move/?to=mid_term"]
    return [*pages, *asked, f"/greetings/{greeting.pk}/", *(file + tab for tab in tabs)]


def breaches(page) -> list[str]:
    """What axe finds: everything in light, contrast once more in dark."""
    found = Axe().run(page, options=RULES).response["violations"]
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(COLOURS_SETTLED)
        if scheme == "dark":
            found += Axe().run(page, options=COLOURS).response["violations"]
    return [
        f"{page.url}: {one['id']} at {node['target']}: {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


def test_no_page_breaks_wcag(visitors, desk, full):
    page = visitors.open(desk.operator, "/")
    found = []
    for path in full:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found += breaches(page)
    assert not found, "\n".join(found)


def test_no_page_of_the_phone_breaks_wcag(visitors, desk, full):
    file = next(path for path in full if path.endswith("performance/")).removesuffix("performance/")
    page = visitors.open(desk.operator, "/", size=PHONE_SIZE)
    found = []
    for path in ("/", "/kols/", "/board/", file):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found += breaches(page)
    assert not found, "\n".join(found)


def test_the_login_form_and_opened_parts_break_no_rule(visitors, desk):
    found = breaches(visitors.open(None, "/"))
    kol = desk.kol(contacts=[PHONE], city="Chengdu")
    page = visitors.open(desk.user("Luo Shan", role=User.Role.MANAGER), f"/kols/{kol.pk}/")
    page.get_by_role("button", name="Edit City: Chengdu").click()
    page.get_by_label("City", exact=True).wait_for()
    page.get_by_role("button", name="More").click()
    found += breaches(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Move stage").click()
    page.locator("#side [data-move-part]").wait_for()
    found += breaches(page)
    assert not found, "\n".join(found)
