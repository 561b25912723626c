"""The bell while a page stands open: told without a reload, chosen on one's own page (issue 7)."""

import re

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from kol_crm.core import notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import Feed, Notice, NoticeSettings
from tests.factories import UserFactory


def open_and_looked(visitors, desk, path):
    """A page that has asked what is newest: from then on something is new.

    The policy for scripts forbids what ``wait_for_function`` does.
    """
    page = visitors.open(desk.operator, path)
    while page.evaluate("localStorage.getItem('newest-notice') === null"):
        page.wait_for_timeout(50)
    return page


def look_now(page) -> None:
    """What the page does by itself every twenty seconds, and when it comes to the front."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def mention(desk, by, kol) -> None:
    actor = Actor(by, "page", timezone.now())
    notices.notify(actor, [desk.operator], "mention", subject=kol.pk, data={"touch": ""})


def test_a_new_notice_comes_under_the_bell_and_as_a_toast_without_a_reload(visitors, desk):
    kol = desk.kol("周一一")
    lina = UserFactory(username=f"lina{desk.operator.pk}", display_name="Li Na", team=desk.operator.team)
    page = open_and_looked(visitors, desk, "/kols/")
    page.evaluate("window.stayed = true")
    expect(page.locator("[data-bell-count]")).to_be_hidden()
    mention(desk, lina, kol)
    look_now(page)
    expect(page.locator("[data-bell-count]")).to_have_text("1")
    expect(page.get_by_role("button", name="Notices: 1 new")).to_be_visible()
    toast = page.locator(".toast-note")
    expect(toast).to_contain_text("Li Na mentioned you in a touch with 周一一")
    page.locator("[data-bell]").click()
    expect(page.locator("#notices .notice")).to_have_count(1)
    mention(desk, lina, kol)
    look_now(page)
    expect(page.locator("#notices .notice")).to_have_count(2)
    expect(page.locator("[data-bell-count]")).to_have_text("2")
    look_now(page)
    expect(page.locator(".toast-note")).to_have_count(2)  # each once
    assert page.evaluate("window.stayed")


def test_the_list_of_notices_grows_while_it_stands_open_and_a_toast_leads_there(visitors, desk):
    kol = desk.kol("李二二")
    by = UserFactory(username=f"wei{desk.operator.pk}", display_name="Wang Wei", team=desk.operator.team)
    page = open_and_looked(visitors, desk, "/notices/")
    expect(page.get_by_text("No notices.")).to_be_visible()
    mention(desk, by, kol)
    look_now(page)
    expect(page.locator("[data-notice-list] .notice")).to_have_count(1)
    page.locator(".toast-note a").click()
    page.wait_for_url(re.compile(str(kol.pk)))
    expect(page.locator("[data-bell-count]")).to_be_hidden()
    assert Notice.objects.get(subject=kol.pk).read_at is not None


def test_one_chooses_in_a_table_and_makes_an_address_for_the_calendar(visitors, desk):
    page = visitors.open(desk.operator, reverse("settings:notices"))
    page.get_by_label("Mention: Mail at once").check()
    page.get_by_label("Morning mail at").select_option("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    row = NoticeSettings.objects.get(user=desk.operator)
    assert (row.morning_hour, "at_once" in row.channels["mention"]) == (7, True)
    page.goto(reverse("settings:feeds"))
    page.get_by_role("button", name="Make an address").first.click()
    expect(page.locator("#feed-made")).to_contain_text("calendar.ics")
    page.get_by_role("button", name="Copy").click()
    expect(page.locator(".toast-note")).to_contain_text("Copied")
    assert "calendar.ics" in page.evaluate("navigator.clipboard.readText()")
    assert Feed.objects.filter(user=desk.operator, kind="calendar").count() == 1
