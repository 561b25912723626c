"""An operator's whole morning: fifteen rows of Today, one after the other, without a reload (8.1)."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from incentives.models import Greeting
from kol_crm.core.models import HandedRow, Snooze
from lifecycle.models import Review, Task
from lifecycle.services import conflict, task
from profiles.models import ImportantDate, Kol, LifeEvent, Need, Promise, Request, Touch
from profiles.services import date, event, need, promise, request


class Morning:
    """One Today: a row is found by the name of its KOL, and worked by what stands in it or beside it."""

    def __init__(self, page):
        self.page = page
        self.detail = page.locator("#today-detail")

    def row(self, name: str):
        return self.page.locator("#queue [data-item]").filter(has_text=name)

    def choose(self, name: str) -> None:
        self.row(name).locator("[data-open]").click()
        expect(self.detail).to_contain_text(name)
        expect(self.page.locator(".htmx-request")).to_have_count(0)

    def press(self, name: str) -> None:
        """What is nothing but one click."""
        self.row(name).locator("[data-act]").click()
        self.gone(name)

    def gone(self, name: str) -> None:
        expect(self.row(name)).to_have_count(0)
        expect(self.page.locator(".htmx-request")).to_have_count(0)

    def undo(self) -> None:
        self.page.keyboard.press("u")


@pytest.fixture
def morning(desk, actor):
    """Fifteen rows of nine kinds, each of a KOL of its own, and one colleague."""
    desk.user("周岚")
    day = desk.today

    def quiet(name: str, **more) -> Kol:
        return desk.only_due(desk.kol(name, **more))

    for name, days in (("甲一", -3), ("甲二", 0), ("甲三", 1), ("甲四", 2)):
        desk.only_due(desk.kol(name), touch=days)
    for name in ("乙一", "乙二"):
        facts = {"by": "us", "what": "Slot figures", "due_on": day - timedelta(days=1)}
        promise.add(actor.again(), quiet(name), facts)
    need.add(actor.again(), quiet("丙一"), {"kind": "data", "what": "Fans by city", "due_on": day})
    request.add(actor.again(), quiet("丁一"), {"what": "More slots?", "due_on": day})
    born = {"calendar": "solar", "month": day.month, "day": day.day}
    date.add(actor.again(), quiet("戊一"), {"what": "Wedding day", "yearly": True, "greet": False, **born})
    event.add(actor.again(), quiet("己一"), {"what": "Moves house", "year": day.year, "greet": False, **born})
    desk.only_due(desk.kol("庚一", at_stage="initial"), review=-2)
    task.add(actor.again(), {"what": "Order cups", "due_on": day, "repeat_days": 14})
    task.add(actor.again(), {"what": "Call the courier", "due_on": day}, quiet("辛一"))
    conflict.add(
        actor.again(), quiet("壬一"), {"what": "A copied recipe", "users": "two readers", "due_on": day}
    )
    desk.greeting("癸一")
    return desk


def test_a_whole_morning_is_worked_without_a_reload(visitors, morning):
    page = visitors.open(morning.operator, "/")
    page.evaluate("window.morning = 'the same page'")
    at = Morning(page)
    expect(page.locator("#queue [data-item]")).to_have_count(15)
    expect(page.locator("#queue [data-item]").first).to_contain_text("乙")  # our overdue promises first

    at.press("乙一")  # kept
    at.undo()
    expect(at.row("乙一")).to_have_count(1)
    at.press("乙一")
    at.press("乙二")
    at.press("丙一")  # the need is met
    at.press("戊一")
    at.press("己一")
    at.press("Order cups")
    at.press("辛一")

    at.choose("甲一")
    at.detail.get_by_placeholder("What was said?").fill("Back from holiday")
    at.detail.get_by_role("button", name="Save").click()
    at.gone("甲一")
    at.choose("甲二")
    at.detail.get_by_placeholder("What was said?").fill("Likes the new slot")
    at.detail.get_by_role("button", name="Save").click()
    at.gone("甲二")

    at.choose("丁一")
    at.detail.locator("textarea").first.fill("Two more from January")
    at.detail.get_by_role("button", name="Answer").last.click()
    at.gone("丁一")

    at.choose("庚一")
    at.detail.get_by_role("group", name="How the review ends").get_by_text("Stay", exact=True).click()
    at.detail.get_by_label("Note").fill("Steady")
    at.detail.get_by_role("button", name="End the review").click()
    at.gone("庚一")

    at.choose("壬一")
    at.detail.get_by_text("Close it").click()
    at.detail.get_by_label("How it ended").fill("Both agreed")
    at.detail.get_by_role("button", name="The conflict is over").click()
    at.gone("壬一")

    at.choose("癸一")
    at.detail.get_by_role("button", name="Send mail").click()
    at.gone("癸一")

    at.choose("甲三")
    page.keyboard.press("s")
    page.get_by_role("button", name="In 3 days").click()
    at.gone("甲三")
    at.choose("甲四")
    page.keyboard.press("h")
    form = page.locator("[data-hand-form]")
    form.get_by_label("To whom").select_option(label="周岚")
    form.get_by_label("A word with it").fill("You know her")
    form.get_by_role("button", name="Hand over").click()
    at.gone("甲四")

    expect(page.get_by_text("Nothing due.").first).to_be_visible()
    expect(page.locator("#today-done")).to_contain_text("13 done today")
    page.locator("#today-done button").click()
    expect(page.locator("#done-today .done-line")).to_have_count(13)
    assert page.evaluate("window.morning") == "the same page"

    assert Promise.objects.filter(state="kept", kol__owner=morning.operator).count() == 2
    assert Need.objects.get(kol__name="丙一").state == "met"
    assert Request.objects.get(kol__name="丁一").answer == "Two more from January"
    assert ImportantDate.objects.get(kol__name="戊一").seen_for is not None
    assert LifeEvent.objects.get(kol__name="己一").closed_at is not None
    assert Touch.objects.standing().filter(kol__name__in=("甲一", "甲二")).count() == 2
    assert Review.objects.get(kol__name="庚一", done_at__isnull=False).decision == "stay"
    assert Task.objects.filter(done_by=morning.operator).count() == 2
    assert Task.objects.get(follows__what="Order cups").due_on == morning.today + timedelta(days=14)
    assert Greeting.objects.get(kol__name="癸一").state == "queued"
    assert Snooze.objects.filter(user=morning.operator).count() == 1
    assert HandedRow.objects.get(holder=morning.operator).receiver.display_name == "周岚"


def test_the_colleague_finds_what_was_handed_over(visitors, morning):
    page = visitors.open(morning.operator, "/")
    at = Morning(page)
    at.choose("甲四")
    page.keyboard.press("h")
    form = page.locator("[data-hand-form]")
    form.get_by_label("To whom").select_option(label="周岚")
    form.get_by_role("button", name="Hand over").click()
    at.gone("甲四")
    at.undo()
    expect(at.row("甲四")).to_have_count(1)
    assert not HandedRow.objects.filter(holder=morning.operator).exists()


def test_the_phone_hands_over_too(visitors, morning):
    page = visitors.open(morning.operator, "/", size=(390, 844))
    page.locator("#queue [data-item]").filter(has_text="甲四").locator("[data-open]").click()
    page.locator("[data-nav] [popovertarget=hand-over]").click()
    expect(page.locator("[data-hand-form]")).to_be_visible()
    page.locator("[data-hand-form]").get_by_label("To whom").select_option(label="周岚")
    page.locator("[data-hand-form]").get_by_role("button", name="Hand over").click()
    expect(page.locator("#queue [data-item]").filter(has_text="甲四")).to_have_count(0)
