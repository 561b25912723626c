"""The KOL file: writing a touch, editing facts, meeting another's save, contact data, archiving."""

import re

import pytest
from playwright.sync_api import expect

from kol_crm.core.models import Disclosure
from profiles.models import Kol, Touch
from tests.browser.desk import PHONE

WRITE = "What was said?"

# Parts that are still being put in place: htmx does not know their links and forms yet.
UNSETTLED = ".htmx-swapping, .htmx-settling, .htmx-added"


def test_a_touch_is_logged_and_stands_in_the_story(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.keyboard.press("t")
    expect(page.get_by_placeholder(WRITE)).to_be_focused()
    page.keyboard.type("Wants to try a live show")
    page.get_by_label("Channel").select_option("phone")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("Wants to try a live show")
    expect(page.get_by_placeholder(WRITE)).to_have_value("")
    touch = Touch.objects.get(kol=kol)
    assert (touch.text, touch.channel, touch.user) == ("Wants to try a live show", "phone", desk.operator)
    page.locator(".timeline-item").filter(has_text="live show").get_by_role(
        "button", name="Take back"
    ).click()
    expect(page.locator(".toast-note")).to_be_visible()
    expect(page.locator("#timeline").get_by_role("button", name="Take back")).to_have_count(0)
    assert not Touch.objects.standing().filter(kol=kol).exists()


def test_a_fact_is_edited_where_it_stands(visitors, desk):
    kol = desk.kol(city="Chengdu")
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="Edit City: Chengdu").click()
    city = page.get_by_label("City", exact=True)
    expect(city).to_be_focused()
    city.fill("Hangzhou")
    city.press("Escape")
    expect(page.get_by_role("button", name="Edit City: Chengdu")).to_be_visible()
    expect(page.locator(UNSETTLED)).to_have_count(0)
    page.get_by_role("button", name="Edit City: Chengdu").press("Enter")
    expect(city).to_be_focused()
    city.fill("Suzhou")
    city.press("Enter")
    expect(page.get_by_role("button", name="Edit City: Suzhou")).to_be_visible()
    assert Kol.objects.get(pk=kol.pk).city == "Suzhou"


def test_a_file_is_created_once_its_error_at_the_field_is_mended(visitors, desk):
    page = visitors.open(desk.operator, "/")
    page.get_by_role("link", name="New").first.click()
    page.get_by_role("textbox", name="Name", exact=True).fill("陈可欣")
    page.get_by_role("button", name="Add a contact").click()
    page.locator("[data-item-row]:visible").get_by_label("Channel").select_option("mail")
    page.locator("[data-item-row]:visible").get_by_label("Value").fill("not a mail")
    page.get_by_role("button", name="Create file").click()
    field = page.locator(".field.has-error")
    expect(field.get_by_role("alert")).to_be_visible()
    expect(field.get_by_role("textbox")).to_have_value("not a mail")
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("陈可欣")
    assert not Kol.objects.filter(owner=desk.operator).exists()
    field.get_by_role("textbox").fill("kexin@mail.example")
    page.get_by_role("button", name="Create file").click()
    expect(page.get_by_role("heading", name="陈可欣")).to_be_visible()
    expect(page.locator(".contact")).to_contain_text("k")
    assert Kol.objects.get(owner=desk.operator).contacts.count() == 1


def test_a_revealed_phone_is_on_record_and_hides_after_a_minute(visitors, desk):
    kol = desk.kol(contacts=[PHONE])
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.clock.install()
    page.reload()
    contact = page.locator(".contact")
    expect(contact).to_contain_text("138****8000")
    contact.get_by_role("button", name="Reveal").click()
    expect(contact).to_contain_text("8000")
    expect(contact).not_to_contain_text("*")
    assert Disclosure.objects.filter(subject=kol.pk, user=desk.operator).count() == 1
    expect(page.locator(UNSETTLED)).to_have_count(0)
    page.clock.fast_forward(61_000)
    expect(contact).to_contain_text("138****8000")
    assert "12348000" not in page.content().replace(" ", "")


def test_archiving_is_undone_from_the_toast(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Archive").click()
    expect(page).to_have_url(re.compile("/kols/$"))
    expect(page.locator("[data-row]")).to_have_count(0)
    assert Kol.objects.get(pk=kol.pk).archived_at
    page.keyboard.press("z")
    expect(page).to_have_url(re.compile(f"/kols/{kol.pk}/$"))
    assert Kol.objects.get(pk=kol.pk).archived_at is None


@pytest.mark.parametrize("tab", ["Performance", "Incentives", "History"])
def test_each_tab_opens(visitors, desk, tab):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("navigation", name="Tabs of the file").get_by_role("link", name=tab).click()
    expect(page).to_have_url(re.compile(f"/{tab.lower()}/$"))
    expect(page.get_by_role("heading", name="王思雨")).to_be_visible()
