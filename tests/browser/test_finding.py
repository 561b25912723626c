"""Finding somebody: the search box, the keys of a list."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from kol_crm.core.actor import Actor
from profiles.models import Kol
from profiles.services import need
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


def test_conditions_ask_for_linked_records_and_for_birthdays_that_have_been(visitors, desk):
    wanted, other = desk.kol("王思雨"), desk.kol("李健")
    day = timezone.localdate() - timedelta(days=3)
    Kol.objects.filter(pk=other.pk).update(
        birth_month=day.month, birth_day=day.day, next_birthday=day.replace(year=day.year + 1)
    )
    need.add(Actor(desk.operator, "page", timezone.now()), wanted, {"kind": "money", "what": "A fee"})
    page = visitors.open(desk.operator, "/kols/")
    page.get_by_role("button", name="Conditions").click()
    page.get_by_label("How the conditions are joined").select_option("or")
    fact = page.get_by_label("What")
    fact.nth(0).select_option("open_need")
    value = page.locator(".where-row").nth(0).get_by_role("combobox").last
    expect(page.locator("select.tomselected[name='value-0.0']:has(option[value='money'])")).to_have_count(1)
    value.click()
    page.get_by_role("option", name="Money").click()
    page.get_by_role("button", name="Condition", exact=True).click()
    expect(fact).to_have_count(2)
    fact.nth(1).select_option("birthday")
    expect(page.locator("[name='op-0.1'] option[value='within_last']")).to_have_count(1)
    page.locator("input[name='value-0.1']").fill("7")
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("where="))
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator(".filter-bar")).to_contain_text("Open need is Money OR Birthday in the last 7 days")


def test_conditions_are_built_by_keyboard_and_stand_in_the_address(visitors, desk):
    desk.kol("陈可欣", at_stage="initial")
    desk.kol("王思雨", city="Hangzhou")
    desk.kol("李健")
    page = visitors.open(desk.operator, "/kols/")
    page.get_by_role("button", name="Conditions").focus()
    page.keyboard.press("Enter")
    page.get_by_label("How the conditions are joined").select_option("or")
    fact = page.get_by_label("What")
    fact.nth(0).select_option("city")
    value = page.get_by_label("Value")
    expect(value).to_have_count(1)
    expect(page.locator("#where input[name='value-0.0']")).to_be_visible()
    page.locator("#where input[name='value-0.0']").fill("hangzhou")
    add = page.get_by_role("button", name="Condition", exact=True)
    add.focus()
    page.keyboard.press("Enter")
    expect(fact).to_have_count(2)
    expect(fact.nth(1)).to_be_focused()
    fact.nth(1).select_option("name")
    page.locator("#where input[name='value-0.1']").fill("8000")
    page.keyboard.press("Enter")
    expect(page.locator(".where-row").nth(1)).to_contain_text("This reads as contact data")
    page.locator("#where input[name='value-0.1']").fill("lj")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("where="))
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator(".filter-bar")).to_contain_text("City contains “hangzhou” OR Name contains “lj”")
    page.locator(".is-condition [data-remove-filter]").click()
    expect(page.locator("[data-row]")).to_have_count(3)


def test_a_form_that_has_only_just_arrived_is_sent_as_any_other(visitors, desk):
    """By its default htmx listens 20 ms after new content shows; what is pressed before leaves the page."""
    desk.kol("李健")
    page = visitors.open(desk.operator, "/kols/")
    page.get_by_role("button", name="Conditions").click()
    expect(page.get_by_label("What")).to_be_visible()
    page.evaluate("""() => new MutationObserver((changes, watch) => {
        if (!document.querySelector("#where input[name='value-0.0']")) return;
        watch.disconnect();
        document.querySelector("#add-0").click();
    }).observe(document.body, { childList: true, subtree: true })""")
    page.get_by_label("What").select_option("name")
    expect(page.get_by_label("What")).to_have_count(2)
    expect(page).to_have_url(re.compile("/kols/$"))


def test_in_the_page_of_the_api_an_operation_is_found_and_it_is_dark_at_night(visitors, desk):
    page = visitors.open(desk.operator, "/api/v1/docs/")
    kols = page.locator("#operations-tag-kols")
    expect(kols).to_be_visible()
    expect(page.locator(".opblock")).to_have_count(0)
    page.get_by_placeholder("Filter by tag").fill("kols")
    expect(page.locator("#operations-tag-absences")).to_have_count(0)
    kols.click()
    expect(page.get_by_text("/api/v1/kols/bulk/", exact=True)).to_be_visible()
    for scheme, dark in (("dark", True), ("light", False)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "dark => document.documentElement.classList.contains('dark-mode') === dark", arg=dark
        )
