"""The palette, and how many keys finding a KOL and logging a touch take (issue 3)."""

import re

import pytest
from playwright.sync_api import expect

from profiles.models import Touch
from tests.browser.desk import PHONE


class Keyboard:
    """Counts what is pressed; a key with its modifier is one press."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def options(page):
    return page.get_by_role("dialog", name="Find anything").get_by_role("option")


def test_two_letters_find_a_kol_in_four_keys(visitors, desk):
    kol = desk.kol("李健")
    desk.kol("王思雨")
    page = visitors.open(desk.operator, "/dashboard/")
    keyboard = Keyboard(page)
    keyboard.press("Control+k", "l", "j", "Enter")
    expect(page).to_have_url(re.compile(f"/kols/{kol.pk}/$"))
    assert keyboard.pressed == 4


def test_two_letters_in_the_search_box_find_in_four_keys(visitors, desk):
    desk.kol("李健")
    desk.kol("王思雨")
    page = visitors.open(desk.operator, "/")
    keyboard = Keyboard(page)
    keyboard.press("/", "l", "j", "Enter")
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text("李健")
    assert keyboard.pressed == 4


def test_a_touch_is_logged_with_two_keys_and_the_line(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    keyboard = Keyboard(page)
    keyboard.press("t")
    page.keyboard.type("Agreed on the spring topic")
    keyboard.press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("Agreed on the spring topic")
    assert Touch.objects.get(kol=kol).text == "Agreed on the spring topic"
    assert keyboard.pressed == 2


def test_arrows_choose_and_the_reader_is_told_which(visitors, desk):
    desk.kol("李健")
    desk.kol("李静")
    page = visitors.open(desk.operator, "/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Find anything")
    expect(box).to_be_focused()
    box.type("lj")
    expect(options(page)).to_have_count(2)
    expect(options(page).nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options(page).nth(1)).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options(page).nth(1).get_attribute("id")
    page.keyboard.press("ArrowDown")
    expect(options(page).nth(0)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Find anything")).to_be_hidden()


def test_control_enter_opens_in_a_new_tab(visitors, desk):
    kol = desk.kol("李健")
    page = visitors.open(desk.operator, "/dashboard/")
    page.keyboard.press("Control+k")
    page.keyboard.type("lj")
    expect(options(page)).to_have_count(1)
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    assert opened.value.url.endswith(f"/kols/{kol.pk}/")
    expect(page).to_have_url(re.compile("/dashboard/$"))


def test_a_phone_in_the_palette_stands_in_no_address(visitors, desk):
    desk.kol("李健", contacts=[PHONE])
    page = visitors.open(desk.operator, "/")
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.keyboard.press("Control+k")
    page.keyboard.type("13812348000")
    expect(options(page)).to_have_text([re.compile("李健")])
    assert not [url for url in addresses if "1381234" in url]


def test_a_command_is_done_on_the_file_in_view(visitors, desk):
    kol = desk.kol("李健", contacts=[PHONE])
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("copy phone")
    expect(options(page)).to_have_text([re.compile(r"Copy Phone 138\*\*\*\*8000")])
    page.keyboard.press("Enter")
    expect(page.locator(".toast-note")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith("13812348000")
    page.keyboard.press("Control+k")
    page.keyboard.type("log a")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_placeholder("What was said?")).to_be_focused()


def test_a_command_on_the_row_under_the_cursor_is_done_on_its_file(visitors, desk):
    kol = desk.kol("李健")
    page = visitors.open(desk.operator, "/kols/")
    page.keyboard.press("j")
    page.keyboard.press("Control+k")
    page.keyboard.type("quiet")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/kols/{kol.pk}/$"))
    expect(page.locator("#side")).to_contain_text("Quiet mark")


def test_without_a_term_the_files_seen_last_are_offered(visitors, desk):
    first, second = desk.kol("李健"), desk.kol("王思雨")
    page = visitors.open(desk.operator, f"/kols/{first.pk}/")
    page.goto(f"/kols/{second.pk}/")
    page.goto("/dashboard/")
    page.keyboard.press("Control+k")
    seen = page.get_by_role("group", name="Seen last").get_by_role("option")
    expect(seen).to_have_text([re.compile("王思雨"), re.compile("李健")])


@pytest.mark.parametrize("key", ["j", "x", "e", "t", "g", "k", "z", "?", "/"])
def test_no_key_does_anything_while_one_is_typing(visitors, desk, key):
    desk.kol("李健")
    page = visitors.open(desk.operator, "/kols/")
    box = page.get_by_role("searchbox", name="Search KOLs")
    box.focus()
    page.keyboard.press(key)
    expect(box).to_have_value(key)
    expect(box).to_be_focused()
    expect(page.locator(".is-cursor")).to_have_count(0)
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
