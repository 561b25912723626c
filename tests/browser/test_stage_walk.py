"""One KOL from introduction through breach and stop to late, departed and won back (DOMAIN 5)."""

from playwright.sync_api import expect

from kol_crm.core.models import User
from lifecycle.models import Exclusivity, Sighting, Stop
from profiles.models import Kol
from tests.browser.chromium import shot


def move(page, kol, to: str, *, cause: str = "") -> None:
    page.goto(f"/kols/{kol.pk}/move/?to={to}")
    if cause:
        page.get_by_label("Cause").select_option(cause)
    page.locator(".gate-form [name=why]").fill("So it was agreed.")
    page.locator(".gate-form button[type=submit]").click()
    expect(page).not_to_have_url(f"/kols/{kol.pk}/move/?to={to}")
    assert Kol.objects.get(pk=kol.pk).stage == to


def note_exclusivity(page, kol, desk) -> None:
    page.goto(f"/kols/{kol.pk}/cooperation/")
    page.get_by_role("button", name="New exclusivity").click()
    side = page.locator("#side")
    side.get_by_label("Scope").fill("Running shoes")
    side.get_by_label("Start", exact=False).first.fill(desk.today.isoformat())
    side.get_by_label("End", exact=False).first.fill(f"{desk.today.year + 1}-12-31")
    side.get_by_label("Add files").set_input_files(
        {"name": "paper.txt", "mimeType": "text/plain", "buffer": b"signed by both"}
    )
    side.get_by_role("button", name="Save").click()
    expect(page.locator("a.plan-line", has_text="Running shoes")).to_be_visible()
    assert Exclusivity.objects.get(kol=kol).files.count() == 1


def see_a_breach(page, kol) -> None:
    page.get_by_role("button", name="Record a breach that was seen").click()
    side = page.locator("#side")
    side.get_by_label("Where").select_option("weibo")
    side.get_by_label("What was seen").fill("An advert for a rival")
    side.get_by_label("Evidence in words").fill("A screenshot of the post")
    side.get_by_role("button", name="Save").click()
    page.locator("a.plan-line", has_text="An advert for a rival").click()
    page.get_by_label("Why so").fill("Their own account.")
    page.get_by_role("button", name="Confirm the breach").click()
    expect(page.get_by_role("link", name="The stop")).to_be_visible()
    assert Sighting.objects.get(kol=kol).state == "confirmed"


def reinstate(page, kol) -> None:
    """The manager finds them on Today."""
    stop = Stop.objects.get(kol=kol)
    page.goto(f"/kols/{kol.pk}/")
    expect(page.get_by_text("Nothing is granted, paid or exported")).to_be_visible()
    shot(page, "walk-stopped")
    page.goto(f"/stops/{stop.pk}/")
    expect(page.get_by_text("Money and gifts given").first).to_be_visible()
    shot(page, "walk-stop")
    page.locator("summary", has_text="Reinstate").click()
    page.get_by_label("Why so").first.fill("They took it down.")
    page.get_by_role("button", name="Reinstate", exact=True).click()
    expect(page.locator(".tg", has_text="Reinstated")).to_be_visible()
    page.goto(f"/kols/{kol.pk}/")
    expect(page.get_by_text("Nothing is granted, paid or exported")).to_have_count(0)


def test_from_introduction_by_breach_and_stop_to_late_and_back(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    move(page, kol, "initial")
    move(page, kol, "mid_term")
    note_exclusivity(page, kol, desk)
    see_a_breach(page, kol)
    reinstate(visitors.open(desk.user("罗珊", User.Role.MANAGER), "/"), kol)
    move(page, kol, "late")
    move(page, kol, "departed", cause="inactive")
    move(page, kol, "introduction")
