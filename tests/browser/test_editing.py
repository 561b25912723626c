"""Editing the file: every fact where it stands, two people at once (RELIABILITY 3; UI, screen 3)."""

import re

import pytest
from playwright.sync_api import Page, expect

from kol_crm.core.actor import Actor
from profiles.models import Kol
from profiles.services import contact as contacts
from profiles.services import kol as files
from tests.browser.desk import PHONE
from tests.factories import field

# Parts that are still being put in place: htmx does not know their links and forms yet.
UNSETTLED = ".htmx-swapping, .htmx-settling, .htmx-added"


class Clicks:
    """Counts what the hand does beside typing content: clicks, and keys that are no content."""

    def __init__(self, page: Page):
        self.page, self.count = page, 0

    def click(self, place) -> None:
        self.count += 1
        place.click()


def settled(page: Page) -> None:
    expect(page.locator(UNSETTLED)).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "input_label", "content", "column"),
    [
        ("City", "City", "Hangzhou", "city"),
        ("Likes", "Likes", "Oolong", "likes"),
        ("Name", "Name", "李健", "name"),
    ],
)
def test_a_fact_takes_a_click_and_the_content(visitors, desk, label, input_label, content, column):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    hand = Clicks(page)
    hand.click(page.get_by_role("button", name=re.compile(f"^Edit {label}:")))
    expect(page.get_by_label(input_label, exact=True)).to_be_focused()
    page.get_by_label(input_label, exact=True).fill(content)
    page.keyboard.press("Enter")
    row = page.get_by_role("button", name=f"Edit {label}: {content}")
    expect(row).to_be_visible()
    expect(row).to_be_focused()
    assert hand.count <= 2
    assert getattr(Kol.objects.get(pk=kol.pk), column) in (content, [content])


def test_an_empty_fact_is_two_clicks_away(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    hand = Clicks(page)
    hand.click(page.get_by_text(re.compile("more, empty")).first)
    hand.click(page.get_by_role("button", name="Edit Alias: –"))
    page.get_by_label("Alias", exact=True).fill("Xiaoyu")
    page.keyboard.press("Enter")
    expect(page.locator("#file-who")).to_contain_text("Xiaoyu")
    assert hand.count <= 2


def test_tab_saves_and_goes_on_to_the_next_fact(visitors, desk):
    kol = desk.kol(city="Chengdu", gender="female")
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="Edit City: Chengdu").click()
    page.get_by_label("City", exact=True).fill("Suzhou")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Edit City: Suzhou")).to_be_visible()
    expect(page.get_by_label("Time zone", exact=True)).to_be_focused()
    assert Kol.objects.get(pk=kol.pk).city == "Suzhou"


def test_a_contact_is_changed_and_another_added_where_they_stand(visitors, desk):
    kol = desk.kol(contacts=[PHONE])
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="Edit Phone: 138****8000").click()
    expect(page.get_by_label("Value")).to_be_focused()
    page.get_by_label("Label").fill("work")
    page.keyboard.press("Enter")
    expect(page.locator("#list-contacts")).to_contain_text("work")
    settled(page)
    page.get_by_role("button", name="Add a contact").click()
    page.locator("#list-contacts").get_by_label("Channel").select_option("mail")
    page.locator("#list-contacts").get_by_label("Value").fill("siyu@mail.example")
    page.keyboard.press("Enter")
    expect(page.locator("#list-contacts")).to_contain_text("si****@mail.example")
    assert kol.contacts.count() == 2
    assert contacts.value_of(kol.contacts.get(label="work")) == PHONE["value"]


def test_fields_are_edited_where_they_stand_and_the_head_follows(visitors, desk):
    kol = desk.kol(fields=[(field("running"), 2)])
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name=re.compile("^Edit the fields")).click()
    page.get_by_label("Strength").select_option("5")
    page.get_by_role("button", name="Add a field").click()
    page.locator("#list-fields").get_by_label("Field").last.select_option("tea")
    page.locator("#list-fields").get_by_label("Strength").last.press("Enter")
    expect(page.locator("#file-who")).to_contain_text("Tea")
    assert dict(kol.kol_fields.values_list("field__slug", "strength")) == {"running": 5, "tea": 3}


def test_two_people_save_different_facts_and_nobody_is_asked(visitors, desk, actor):
    kol = desk.kol(city="Chengdu")
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="Edit City: Chengdu").click()
    expect(page.get_by_label("City", exact=True)).to_be_focused()
    boss = desk.user("Luo Shan", role="manager")
    files.edit(Actor(boss, "page", desk.now), kol, {"alias": "Xiaoyu"}, kol.version)
    page.get_by_label("City", exact=True).fill("Hangzhou")
    page.keyboard.press("Enter")
    expect(page.locator(".toast-note")).to_contain_text("Luo Shan changed: Alias")
    expect(page.locator("#file-who")).to_contain_text("Xiaoyu")
    saved = Kol.objects.get(pk=kol.pk)
    assert (saved.city, saved.alias) == ("Hangzhou", "Xiaoyu")


@pytest.mark.parametrize(("choice", "city"), [("Yours", "Hangzhou"), ("Saved meanwhile", "Suzhou")])
def test_in_place_a_clash_is_chosen_in_a_dialog(visitors, desk, actor, choice, city):
    kol = desk.kol(city="Chengdu")
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="Edit City: Chengdu").click()
    expect(page.get_by_label("City", exact=True)).to_be_focused()
    files.edit(actor, kol, {"city": "Suzhou"}, kol.version)
    page.get_by_label("City", exact=True).fill("Hangzhou")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Somebody else changed this too")
    clash = dialog.get_by_role("radiogroup", name="City")
    for value in ("Chengdu", "Suzhou", "Hangzhou"):
        expect(clash).to_contain_text(value)
    clash.get_by_label(choice).check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name=f"Edit City: {city}")).to_be_visible()
    expect(dialog).to_have_count(0)
    assert Kol.objects.get(pk=kol.pk).city == city


def test_in_the_form_a_clash_is_chosen_and_the_rest_is_merged(visitors, desk):
    kol = desk.kol(city="Chengdu")
    mine = visitors.open(desk.operator, f"/kols/{kol.pk}/edit/")
    theirs = visitors.open(desk.user("Luo Shan", role="manager"), f"/kols/{kol.pk}/edit/")
    theirs.get_by_label("City").fill("Suzhou")
    theirs.get_by_label("Alias").fill("Xiaoyu")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs).to_have_url(re.compile(f"/kols/{kol.pk}/$"))
    mine.get_by_label("City").fill("Hangzhou")
    mine.get_by_label("Good at").fill("Long takes")
    mine.get_by_role("button", name="Save").click()
    dialog = mine.get_by_role("dialog", name="Somebody else changed this too")
    clash = dialog.get_by_role("radiogroup", name="City")
    expect(clash).to_contain_text("Hangzhou")
    expect(clash).to_contain_text("Luo Shan")
    assert Kol.objects.get(pk=kol.pk).city == "Suzhou"
    mine.keyboard.press("Escape")
    expect(mine.get_by_label("Good at")).to_have_value("Long takes")
    expect(mine.get_by_label("Alias")).to_have_value("Xiaoyu")
    mine.get_by_role("button", name="Choose").click()
    dialog.get_by_role("button", name="Save").click()
    expect(mine).to_have_url(re.compile(f"/kols/{kol.pk}/$"))
    saved = Kol.objects.get(pk=kol.pk)
    assert (saved.city, saved.good_at, saved.alias) == ("Hangzhou", "Long takes", "Xiaoyu")


def test_a_refused_form_begins_at_the_field_that_is_wrong(visitors, desk):
    page = visitors.open(desk.operator, "/kols/new/")
    page.locator("[name=name]").fill("沈未央")
    values = page.locator("[name^='contacts.'][name$='.value']:visible")
    for place in range(2):
        page.get_by_role("button", name="Add a contact").click()
        page.locator("[name^='contacts.'][name$='.channel']:visible").nth(place).select_option("phone")
        values.nth(place).fill(PHONE["value"])
    page.get_by_role("button", name="Create file").click()
    expect(values.nth(1)).to_have_attribute("aria-invalid", "true")
    expect(values.nth(1)).to_be_focused()
    expect(values.nth(1)).to_be_in_viewport()
    expect(values.nth(1)).to_have_value(PHONE["value"])
    assert not Kol.objects.filter(name="沈未央").exists()
