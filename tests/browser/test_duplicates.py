"""Duplicates: told while a new file is typed, compared, merged into one and made two again."""

import re

from playwright.sync_api import expect

from profiles.models import Kol
from tests.browser.desk import MAIL, PHONE

UNSETTLED = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


def test_a_twin_is_told_while_typing_and_asked_for_before_creating(visitors, desk):
    desk.kol("Lin Xia", contacts=[PHONE | {"value": "13912340001"}])
    page = visitors.open(desk.operator, "/kols/new/")
    page.locator("#id_name").fill("Chen Rui")
    page.get_by_role("button", name="Add a contact").click()
    value = page.locator(".contact-row").get_by_label("Value")
    value.press_sequentially("139 1234 0001")
    told = page.locator(".twins-told")
    expect(told).to_contain_text("Lin Xia")
    expect(told).to_contain_text("139****0001")
    expect(value).to_be_focused()
    page.get_by_role("button", name="Create file").click()
    expect(page.get_by_label("This is somebody else: create the file")).to_be_visible()
    expect(page.locator(".contact-row").get_by_label("Value")).to_have_value("139 1234 0001")
    page.get_by_label("This is somebody else: create the file").check()
    page.get_by_role("button", name="Create file").click()
    expect(page).to_have_url(re.compile("/kols/[0-9a-f-]{36}/$"))
    assert Kol.objects.filter(team=desk.team, name="Chen Rui").count() == 1


def test_two_files_are_compared_merged_and_made_two_again(visitors, desk):
    one = desk.kol("Lin Xia", city="Suzhou", contacts=[PHONE | {"value": "13912340002"}])
    other = desk.kol("Lin X.", city="Wuxi", contacts=[PHONE | {"value": "13912340002"}, MAIL])
    page = visitors.open(desk.operator, f"/kols/{one.pk}/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Find duplicates").click()
    expect(page).to_have_url(re.compile(r"/duplicates/\?kol="))
    page.get_by_role("link", name="Compare").click()
    city = page.get_by_role("radiogroup", name="City")
    city.get_by_role("radio", name=re.compile("Wuxi")).check()
    expect(page.locator("#outcome")).to_contain_text("Wuxi")
    expect(page.locator(UNSETTLED)).to_have_count(0)
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page).to_have_url(re.compile(f"/kols/{one.pk}/$"))
    expect(page.locator(".facts")).to_contain_text("Wuxi")
    page.goto(page.url.replace(str(one.pk), str(other.pk)))
    expect(page).to_have_url(re.compile(f"/kols/{one.pk}/$"))
    page.go_back()
    kol = Kol.objects.get(pk=other.pk)
    assert kol.merged_into_id == one.pk
    row = one.merges.get()
    page.goto(page.url.split("/kols/")[0] + f"/merges/{row.pk}/")
    page.get_by_role("button", name="Make two files again").click()
    expect(page).to_have_url(re.compile(f"/kols/{other.pk}/$"))
    expect(page.locator(".facts")).to_contain_text("Wuxi")
    assert Kol.objects.get(pk=one.pk).city == "Suzhou"
    assert Kol.objects.get(pk=other.pk).contacts.count() == 2


def test_the_toast_undoes_a_merge(visitors, desk):
    one, other = desk.kol("Lin Xia"), desk.kol("Lin X.", city="Wuxi")
    page = visitors.open(desk.operator, f"/kols/{one.pk}/merge/{other.pk}/")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page).to_have_url(re.compile(f"/kols/{one.pk}/$"))
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile(f"/kols/{other.pk}/$"))
    assert Kol.objects.get(pk=other.pk).merged_into is None
