"""Today: from "something is due" to "done", and on to the next row."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from incentives.models import Greeting
from kol_crm.core.actor import Actor
from kol_crm.core.models import Send, Snooze, User
from lifecycle.models import Review
from profiles.models import Touch
from profiles.services import touch as touches


def chosen(page):
    return page.locator("[data-item].is-selected")


@pytest.fixture
def three(desk):
    """Three people to stay in touch with, the first one longest overdue."""
    return [
        desk.only_due(desk.kol(name), touch=days)
        for name, days in (("周一一", -3), ("李二二", 0), ("王三三", 4))
    ]


def test_logging_the_touch_finishes_the_row_and_chooses_the_next(visitors, desk, three):
    page = visitors.open(desk.operator, "/")
    expect(page.locator(".queue-group")).to_have_text(["Overdue 1", "Today 1", "Next 7 days 1"])
    expect(chosen(page)).to_contain_text("周一一")
    page.get_by_placeholder("What was said?").fill("Back from holiday")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-item]")).to_have_count(2)
    expect(chosen(page)).to_contain_text("李二二")
    expect(page.locator("#today-detail")).to_contain_text("李二二")
    assert Touch.objects.get(kol=three[0]).text == "Back from holiday"


def test_a_row_is_put_off_and_brought_back(visitors, desk, three):
    page = visitors.open(desk.operator, "/")
    page.keyboard.press("s")
    page.get_by_role("button", name="In 3 days").click()
    page.locator(".toast-note").hover()  # nothing vanishes under the pointer
    expect(page.locator("[data-item]")).to_have_count(2)
    expect(chosen(page)).to_contain_text("李二二")
    assert Snooze.objects.filter(user=desk.operator).count() == 1
    page.locator(".toast-note").get_by_role("button", name="Undo").click()
    expect(page.locator("[data-item]")).to_have_count(3)
    assert Snooze.objects.filter(user=desk.operator).count() == 0


def test_a_click_loads_its_row_once(visitors, desk, three):
    """Loaded again a moment later, the form would be taken away under the hand that fills it."""
    page, asked = visitors.open(desk.operator, "/"), []
    page.on("request", lambda request: asked.append(request.url) if "/touches/new/" in request.url else None)
    page.locator("[data-item]").filter(has_text="李二二").locator("[data-open]").click()
    expect(page.locator("#today-detail")).to_contain_text("李二二")
    page.wait_for_timeout(300)  # twice what the cursor waits before it loads
    assert len(asked) == 1


def test_keys_choose_a_row_and_its_detail_follows(visitors, desk, three):
    page = visitors.open(desk.operator, "/")
    expect(chosen(page)).to_contain_text("周一一")
    page.keyboard.press("j")
    expect(chosen(page)).to_contain_text("李二二")
    expect(page.locator("#today-detail")).to_contain_text("李二二")
    page.keyboard.press("k")
    expect(page.locator("#today-detail")).to_contain_text("周一一")


def test_a_greeting_is_edited_sent_and_called_back(visitors, desk):
    greeting = desk.greeting("Noah Park")
    page = visitors.open(desk.operator, "/")
    page.get_by_label("Personal line").fill("How is the dog?")
    page.get_by_role("button", name="Send mail").click()
    toast = page.locator(".toast-note").filter(has_text="leaves in a few seconds")
    toast.hover()  # nothing vanishes under the pointer
    expect(page.get_by_text("Nothing due.").first).to_be_visible()
    sent = Greeting.objects.get(pk=greeting.pk)
    assert (sent.state, sent.personal_line) == ("queued", "How is the dog?")
    toast.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-item]")).to_have_count(1)
    assert Greeting.objects.get(pk=greeting.pk).state == "draft"
    assert not Send.objects.filter(pk=sent.send_id, state=Send.State.PENDING).exists()


def test_a_review_is_decided(visitors, desk):
    kol = desk.only_due(desk.kol("王思雨", at_stage="initial"), review=-2)
    page = visitors.open(desk.operator, "/")
    detail = page.locator("#today-detail")
    expect(detail.get_by_role("heading", name="Evidence")).to_be_visible()
    detail.get_by_role("group", name="How the review ends").get_by_text("Stay", exact=True).click()
    detail.get_by_label("Note").fill("Steady")
    detail.get_by_role("button", name="End the review").click()
    expect(page.get_by_text("Nothing due.").first).to_be_visible()
    done = Review.objects.get(kol=kol, user=desk.operator, done_at__isnull=False)
    assert (done.decision, done.note) == ("stay", "Steady")


def look_again(page):
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_what_a_colleague_finished_turns_grey_and_what_came_is_announced(visitors, desk, three):
    page = visitors.open(desk.operator, "/")
    expect(page.locator("[data-item]")).to_have_count(3)
    colleague = desk.user("周岚", User.Role.MANAGER)
    touches.log(
        Actor(colleague, "page", timezone.now()), three[1], channel="phone", began="us", text="Met her"
    )
    look_again(page)
    row = page.locator("[data-item]").filter(has_text="李二二")
    expect(row).to_contain_text("Done by 周岚")
    expect(row.locator("[data-act]")).to_be_disabled()
    expect(page.locator("[data-news]")).to_be_hidden()
    desk.only_due(desk.kol("赵四四"), touch=-1)
    look_again(page)
    page.get_by_role("button", name="1 new").click()
    expect(page.locator("[data-item]")).to_have_count(3)
    expect(chosen(page)).to_contain_text("周一一")


def test_a_digit_chooses_a_kind(visitors, desk, three):
    page = visitors.open(desk.operator, "/")
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile(r"\?kind="))
    page.keyboard.press("1")
    expect(page).to_have_url(re.compile(r"/today/$|/$"))
