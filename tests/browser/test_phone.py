"""390 pixels: Today, list, file and logging a touch work, and nothing is wider than the screen."""

import re

import pytest
from playwright.sync_api import expect

from profiles.models import Touch
from tests.browser.chromium import PHONE


def fits(page):
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0], f"{page.url} is {wide} wide"


def test_a_touch_is_logged_from_today(visitors, desk):
    kol = desk.only_due(desk.kol(), touch=-1)
    page = visitors.open(desk.operator, "/", size=PHONE)
    fits(page)
    page.get_by_role("button", name="Log touch").tap()
    expect(page).to_have_url(re.compile("item="))
    fits(page)
    page.get_by_placeholder("What was said?").fill("On the way home")
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Nothing due.").first).to_be_visible()
    assert Touch.objects.get(kol=kol).text == "On the way home"


def test_from_the_list_to_the_file_and_a_touch(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, "/", size=PHONE)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="KOLs").tap()
    expect(page.get_by_role("heading", name="KOLs")).to_be_visible()
    fits(page)
    page.get_by_role("link", name=re.compile("王思雨")).tap()
    expect(page).to_have_url(re.compile(str(kol.pk)))
    fits(page)
    page.get_by_role("button", name="Facts").tap()
    expect(page.get_by_role("heading", name="Contact")).to_be_visible()
    page.get_by_role("navigation", name="Actions").get_by_role("link", name="Log touch").tap()
    expect(page.get_by_placeholder("What was said?")).to_be_focused()
    page.get_by_placeholder("What was said?").fill("On the way home")
    page.get_by_role("button", name="Save").tap()
    expect(page.locator("#timeline")).to_contain_text("On the way home")
    fits(page)


@pytest.mark.parametrize("path", ["/board/", "/reviews/", "/plans/", "/dashboard/", "/kols/new/"])
def test_the_other_pages_fit(visitors, desk, path):
    desk.only_due(desk.kol(), review=-1)
    fits(visitors.open(desk.operator, path, size=PHONE))


@pytest.mark.parametrize("tab", ["performance", "incentives", "history", "edit"])
def test_the_tabs_of_a_file_fit(visitors, desk, tab):
    kol = desk.kol()
    fits(visitors.open(desk.operator, f"/kols/{kol.pk}/{tab}/", size=PHONE))
