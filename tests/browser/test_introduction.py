"""A newcomer with nobody to ask: a programme, one found, rated, contacted, agreed, introduced (DOMAIN 4).

Every step is what the page before it offers. The pictures are for looking at (``BROWSER_SHOTS``).
"""

import re

import pytest
from playwright.sync_api import expect

from kol_crm.core.actor import Actor
from lifecycle import gates
from lifecycle.models import Candidate, Move, Outreach, PlatformUser, Programme
from lifecycle.services import mining
from profiles.models import Kol
from tests.browser.chromium import shot
from tests.factories import UserFactory, field

CRITERIA = 5


@pytest.fixture
def only_the_plan(standing_gates, monkeypatch):
    """Of the gate into initial what belongs to introduction: an agreed plan."""
    kept = {key: check for key, check in gates.kinds.items() if key == "plan_agreed"}
    monkeypatch.setattr(gates.kinds, "_providers", kept)


def rate(page):
    sheet = page.locator("#sheet")
    expect(sheet.locator("[data-fit-line]")).to_have_count(CRITERIA)
    page.wait_for_load_state("networkidle")  # nothing that still arrives takes the focus from under a key
    for line in sheet.locator("[data-fit-line]").all():
        line.locator("input[type=radio]").first.focus()
        page.keyboard.press("4")
        expect(line.locator("input[type=radio][value='4']")).to_be_checked()
        line.locator("input[type=text]").fill("seen in ten posts")
    expect(sheet.locator("[data-points]").first).to_have_text("24")  # 30 × 4 ÷ 5, before anything is saved
    sheet.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#ranking").get_by_text("48.0", exact=True)).to_be_visible()


def new_programme(page) -> Programme:
    page.get_by_role("link", name="Programmes").first.click()
    page.get_by_role("link", name="Programme", exact=True).click()
    page.get_by_label("Name").fill("Winter running")
    page.get_by_label("Purpose").select_option("acquisition")
    page.get_by_label("Expected deeds").fill("Two videos a month for beginners.")
    fields = page.get_by_role("combobox", name="Fields")  # last: once chosen, it takes the focus again
    fields.press_sequentially("Run")
    fields.press("Enter")
    expect(page.locator(".ts-control").get_by_text("Running")).to_be_visible()
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="Winter running")).to_be_visible()
    page.get_by_role("button", name="Start outreach").click()
    expect(page.get_by_text("Live", exact=True).first).to_be_visible()
    return Programme.objects.get(name="Winter running", owner__username=page.who)


@pytest.mark.usefixtures("only_the_plan")
def test_a_newcomer_finds_rates_contacts_agrees_and_introduces_one_without_help(visitors, desk):
    kol = desk.kol("许燃", accounts=[{"platform": "douyin", "handle": "xuran"}], fields=[(field(), 4)])
    page = visitors.open(desk.operator, "/")
    page.who = desk.operator.username
    new_programme(page)
    shot(page, "newcomer-1-programme")

    # finds
    page.get_by_role("link", name="Candidate", exact=True).click()
    panel = page.locator("#side")
    name = panel.get_by_role("combobox", name="KOL")
    name.press_sequentially("xr")
    expect(page.get_by_role("option", name="许燃")).to_be_visible()
    name.press("Enter")
    panel.get_by_label("Source").select_option("external")
    panel.get_by_role("button", name="Save").click()
    expect(page.locator("#ranking").get_by_text("Rate: 5 criteria open")).to_be_visible()
    shot(page, "newcomer-2-found")

    # rates
    rate(page)

    # contacts
    page.locator("#sheet").get_by_role("link", name="Begin outreach").click()
    panel.get_by_role("button", name="Start").click()
    expect(page.get_by_text("Platform message is next")).to_be_visible()
    shot(page, "newcomer-3-outreach")
    page.get_by_role("button", name="Answered", exact=True).first.click()
    expect(page.get_by_text("They answered: talks end in a plan")).to_be_visible()
    assert Candidate.objects.get(kol=kol).step == "in_talks"

    # agrees
    page.get_by_role("link", name="Make the plan").click()
    page.get_by_label("Title").fill("Beginners’ season")
    does, gets = page.locator(".plan-item:visible").all()
    does.locator("[name$='-what']").fill("Two videos a month")
    gets.locator("[name$='-what']").fill("5 % of the camp")
    gets.get_by_label("Which need it answers").select_option("money")
    gets.get_by_label("Pay model").select_option("share")
    page.get_by_label("What keeps them from the start").select_option("share")
    page.get_by_label("How it keeps them").fill("5 % of the camp, monthly")
    page.get_by_role("button", name=re.compile("Save")).first.click()
    page.get_by_role("button", name="Mark as sent").click()
    page.get_by_role("button", name="It is sent").click()
    shot(page, "newcomer-4-plan")
    page.get_by_role("button", name="Agreed", exact=True).click()
    expect(page.get_by_text("Both agree: the KOL can be introduced.")).to_be_visible()

    # introduces
    page.get_by_role("link", name="Move to initial").click()
    expect(panel.get_by_text("Cooperation plan agreed")).to_be_visible()
    shot(page, "newcomer-5-gate")
    panel.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("link", name="Move to initial")).to_have_count(0)
    assert Kol.objects.get(pk=kol.pk).stage == "initial"
    assert [one["passed"] for one in Move.objects.get(kol=kol).gate] == [True]
    assert Outreach.objects.get(kol=kol).state == "answered"


def test_an_own_user_is_taken_on_from_the_suggestions_and_another_left_out(visitors, desk):
    admin = UserFactory(username=f"admin-{desk.team.pk.hex[-8:]}", role="admin", team=None)
    key = desk.team.pk.hex[-8:]
    feed = [
        {"external_id": f"{key}-{n}", "handle": f"{key}m{n}", "name": name, "field": field(), **figures}
        for n, (name, figures) in enumerate(
            (("Five excellent", {"output": 5, "quality": 92}), ("Busy", {"output": 500, "quality": 20}))
        )
    ]
    mining.take_feed(Actor(admin, "page", desk.now), feed)
    page = visitors.open(desk.operator, "/")
    page.who = desk.operator.username
    new_programme(page)
    page.get_by_role("link", name=re.compile("Mine users")).click()
    rows = page.locator("tr[data-row]").filter(has_text=key)
    expect(rows.first).to_contain_text("Five excellent")
    rows.first.get_by_text("Take on").click()
    panel = page.locator("#side")
    panel.get_by_label("Highlight to build on").fill("Answers beginners item by item")
    panel.get_by_role("button", name="Take on").click()
    expect(page.locator("#sheet").get_by_text("Answers beginners item by item")).to_be_visible()
    page.get_by_role("link", name=re.compile("Mine users")).click()
    page.locator("tr[data-row]").filter(has_text="Busy").first.get_by_text("Reject").click()
    panel.get_by_label("Why not").fill("Only reposts")
    panel.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Only reposts")).to_be_attached()
    states = PlatformUser.objects.filter(external_id__startswith=key).order_by("external_id")
    assert list(states.values_list("state", flat=True)) == ["taken", "rejected"]
