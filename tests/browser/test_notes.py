"""Notes on a file, from the hand that notes one to its row on Today and back (DOMAIN 3.9, 3.11, 8.1)."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from kol_crm.core import lunar
from profiles.models import ImportantDate, LifeEvent, Need, Promise, Request

IN_A_WEEK = timedelta(days=5)


@pytest.fixture
def kol(desk):
    """Nothing is open on the file but what a test notes."""
    return desk.only_due(desk.kol())


def noted(page: Page, group: str, **fields: str) -> None:
    """Opens the form beside the group's heading, fills it in and saves it."""
    page.get_by_role("button", name=group, exact=True).click()
    side = page.locator("#side")
    for name, value in fields.items():
        field = side.locator(f"[name={name}]")
        if field.evaluate("(field) => field.tagName") == "SELECT":
            field.select_option(value)
        elif field.get_attribute("type") == "checkbox":
            field.set_checked(value == "on")
        else:
            field.fill(value)
    side.get_by_role("button", name="Save").click()
    expect(side.locator("form")).to_have_count(0)


def rows_of(page: Page):
    page.goto("/")
    return page.locator("[data-item]")


def finish(page: Page, button: str) -> None:
    page.locator("#today-detail").get_by_role("button", name=button).first.click()
    expect(page.get_by_text("Nothing due.").first).to_be_visible()


def test_a_need_is_noted_comes_up_on_today_and_is_met(visitors, desk, kol):
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    due = (desk.today + IN_A_WEEK).isoformat()
    noted(page, "Add: Needs", kind="money", what="A fee for the talk", due_on=due)
    expect(page.locator("section[aria-labelledby=now-need] .note-row")).to_contain_text("A fee for the talk")
    row = rows_of(page)
    expect(row).to_contain_text("Open need, Money: A fee for the talk")
    finish(page, "Met")
    assert Need.objects.get(kol=kol).state == "met"
    page.locator(".toast-note").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-item]")).to_have_count(1)
    assert Need.objects.get(kol=kol).state == "open"


def test_our_promise_that_is_late_comes_first_and_is_kept(visitors, desk, kol):
    desk.only_due(desk.kol("李健"), touch=-40)
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    late = (desk.today - timedelta(days=2)).isoformat()
    noted(page, "Add: Promises", by="us", what="Two tickets", due_on=late)
    expect(rows_of(page)).to_have_count(2)
    first = page.locator("[data-item]").first
    expect(first).to_contain_text("We promised: Two tickets")
    page.locator("#today-detail").get_by_role("button", name="Kept").click()
    expect(page.locator("[data-item]")).to_have_count(1)
    assert Promise.objects.get(kol=kol).state == "kept"


def test_a_broken_promise_asks_how_it_is_made_good(visitors, desk, kol):
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    noted(page, "Add: Promises", by="us", what="A slot", due_on=desk.today.isoformat())
    expect(rows_of(page)).to_have_count(1)
    detail = page.locator("#today-detail")
    detail.locator("summary", has_text="Broken").click()
    detail.locator("details[open]").get_by_role("button", name="Broken").click()
    expect(detail.locator(".field.has-error")).to_be_visible()
    assert Promise.objects.get(kol=kol).state == "open"
    detail.locator("[name=make_good]").fill("A better slot in May")
    detail.locator("details[open]").get_by_role("button", name="Broken").click()
    expect(page.get_by_text("Nothing due.").first).to_be_visible()
    made = Promise.objects.get(kol=kol)
    assert (made.state, made.make_good) == ("broken", "A better slot in May")


def test_a_request_is_answered_by_who_takes_it(visitors, desk, kol):
    colleague = desk.user("方圆")
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    due = desk.today.isoformat()
    noted(
        page,
        "Add: Requests",
        what="Where is my badge?",
        taker=str(colleague.pk),
        due_on=due,
    )
    page.goto("/")
    expect(page.get_by_text("Nothing due.").first).to_be_visible()
    theirs = visitors.open(colleague, "/")
    expect(theirs.locator("[data-item]")).to_contain_text("They ask: Where is my badge?")
    detail = theirs.locator("#today-detail")
    detail.locator("[name=answer]").fill("It is in the post.")
    detail.locator("details[open] [name=satisfied]").select_option("yes")
    detail.get_by_role("button", name="Answer", exact=True).click()
    expect(theirs.get_by_text("Nothing due.").first).to_be_visible()
    answered = Request.objects.get(kol=kol)
    assert (answered.answer, answered.satisfied) == ("It is in the post.", True)


def test_a_promise_is_noted_in_one_go_with_the_touch(visitors, desk, kol):
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.keyboard.press("t")
    page.keyboard.type("Talked about the launch")
    page.get_by_role("button", name="Promise, need…").click()
    pop = page.locator("#composer-note")
    pop.locator("select").select_option("promise-us")
    pop.locator("input[name=also_what]").fill("The draft")
    pop.locator("input[name=also_due]").fill(desk.today.isoformat())
    page.keyboard.press("Control+Enter")
    expect(page.locator("section[aria-labelledby=now-promise] .note-row")).to_contain_text("The draft")
    made = Promise.objects.get(kol=kol)
    assert (made.what, made.due_on) == ("The draft", desk.today)


def test_an_important_date_of_the_lunar_calendar_without_a_year(visitors, desk, kol):
    day = lunar.to_lunar(desk.today + IN_A_WEEK)
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    noted(
        page,
        "New important date",
        what="Grandmother’s birthday",
        month=str(day.month),
        day=str(day.day),
        calendar="lunar",
        leap="on" if day.leap else "",
    )
    expect(page.locator("#facts-dates ~ .note-line")).to_contain_text("Lunar")
    made = ImportantDate.objects.get(kol=kol)
    assert (made.calendar, made.year, made.month, made.day) == ("lunar", None, day.month, day.day)
    assert made.next_on == desk.today + IN_A_WEEK
    expect(rows_of(page)).to_contain_text("Grandmother’s birthday")
    finish(page, "Attended to")
    assert not ImportantDate.objects.awaited().filter(kol=kol).exists()


def test_of_a_day_only_the_month_may_be_known(visitors, desk, kol):
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    noted(page, "New important date", what="Anniversary of the studio", month="3")
    expect(page.locator("#facts-dates ~ .note-line")).to_contain_text("Mar")
    made = ImportantDate.objects.get(kol=kol)
    assert (made.year, made.month, made.day) == (None, 3, None)


def test_a_life_event_with_a_gift_idea_comes_up_in_its_month(visitors, desk, kol):
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    noted(
        page,
        "New life event",
        what="Baby is due",
        year=str(desk.today.year),
        month=str(desk.today.month),
        gift_idea="A stroller",
    )
    expect(page.locator("#facts-events ~ .note-line")).to_contain_text("A stroller")
    expect(rows_of(page)).to_contain_text("gift idea: A stroller")
    finish(page, "Attended to")
    assert not LifeEvent.objects.open().filter(kol=kol).exists()


def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(visitors, desk, kol):
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="New important date", exact=True).click()
    side = page.locator("#side")
    side.locator("[name=what]").fill("Wedding day")
    side.locator("[name=month]").fill("2")
    side.locator("[name=day]").fill("30")
    side.get_by_role("button", name="Save").click()
    expect(side.locator(".has-error, [role=alert]").first).to_be_visible()
    expect(side.locator("[name=what]")).to_have_value("Wedding day")
    assert not ImportantDate.objects.filter(kol=kol).exists()
