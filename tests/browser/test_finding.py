"""Finding somebody: the search box, the keys of a list."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import PHONE


def search(page, term):
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search KOLs")).to_be_focused()
    page.keyboard.type(term)
    page.keyboard.press("Enter")


def test_pinyin_initials_find_a_chinese_name(visitors, desk):
    desk.kol("王思雨")
    desk.kol("陈可欣")
    page = visitors.open(desk.operator, "/")
    search(page, "wsy")
    expect(page).to_have_url(re.compile(r"/kols/\?q=wsy"))
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text("王思雨")


@pytest.mark.parametrize(
    ("term", "rows"),
    [("138 1234 8000", 1), ("8000", 1), ("siyu@mail.example", 0)],
    ids=["phone", "tail", "mail"],
)
def test_what_reads_as_a_contact_is_posted_and_stands_in_no_address(visitors, desk, term, rows):
    desk.kol("王思雨", contacts=[PHONE])
    page = visitors.open(desk.operator, "/kols/")
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    search(page, term)
    expect(page).to_have_url(re.compile("/kols/find/$"))
    assert not [url for url in addresses if "q=" in url]
    expect(page.locator("[data-row]")).to_have_count(rows)


def test_keys_walk_select_and_open_rows(visitors, desk):
    kols = [
        desk.only_due(desk.kol(name), touch=days) for days, name in enumerate(("周一一", "李二二", "王三三"))
    ]
    page = visitors.open(desk.operator, "/kols/")
    rows = page.locator("[data-row]")
    for _step in range(2):
        page.keyboard.press("j")
    expect(rows.nth(1)).to_have_class(re.compile("is-cursor"))
    page.keyboard.press("x")
    expect(rows.nth(1).get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_role("toolbar", name="Selected rows")).to_contain_text("1 selected")
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar", name="Selected rows")).to_be_hidden()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_have_class(re.compile("is-cursor"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/kols/{kols[0].pk}/"))
    page.go_back()
    expect(rows).to_have_count(3)


def test_t_on_a_row_goes_to_writing_its_touch(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, "/kols/")
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile(f"/kols/{kol.pk}/"))
    expect(page.get_by_placeholder("What was said?")).to_be_focused()


def test_g_and_a_letter_go_to_the_pages(visitors, desk):
    page = visitors.open(desk.operator, "/")
    for letter, path in (("k", "/kols/"), ("b", "/board/"), ("d", "/dashboard/"), ("t", "/")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        expect(page).to_have_url(f"{visitors.server}{path}")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_filter_stands_in_the_address_and_back_takes_it_off(visitors, desk):
    desk.kol("陈可欣", at_stage="initial")
    desk.kol("王思雨")
    page = visitors.open(desk.operator, "/kols/")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.get_by_role("group", name="Stage").get_by_role("link", name="Initial").click()
    expect(page).to_have_url(re.compile("stage=initial"))
    expect(page.locator("[data-row]")).to_have_count(1)
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(2)
