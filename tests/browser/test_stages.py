"""One KOL through all stages and back, and the flow of due reviews (DOMAIN 5.1, 5.4)."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from kol_crm.core.models import User
from lifecycle.models import Move, Review, Stay
from profiles.models import Kol

WHY = "Agreed at the table"


def stage_of(kol) -> str:
    return Kol.objects.get(pk=kol.pk).stage


def test_a_kol_walks_from_introduction_to_late_departs_and_is_won_back(standing_gates, visitors, desk):
    """The manager passes each shut gate with a reason; the operator alone is told what is missing."""
    boss = desk.user("罗山", User.Role.MANAGER)
    kol = desk.kol("王思雨")
    page = visitors.open(boss, f"/kols/{kol.pk}/")
    for stage, name in (("initial", "Initial"), ("mid_term", "Mid-term"), ("late", "Late")):
        page.goto(page.url)
        page.get_by_role("button", name=name).first.click()
        panel = page.locator("#side [data-move-part]")
        expect(panel.get_by_role("heading", name=f"Move to {name}")).to_be_visible()
        expect(panel.locator(".gate-check").first).to_be_visible()
        panel.get_by_label("Reason to pass it anyway").fill(WHY)
        panel.get_by_role("button", name="Move with reason").click()
        expect(page.locator(".step.is-now")).to_contain_text(name)
        assert stage_of(kol) == stage
    assert [bool(move.gate) for move in Move.objects.filter(kol=kol)] == [True] * 3

    page.goto(f"{page.url.split('/kols')[0]}/kols/{kol.pk}/move/?to=departed")
    page.get_by_label("Cause").select_option("competitor")
    page.get_by_label("Goodbye").fill("Thanks for two years.")
    page.get_by_role("button", name="Depart", exact=True).click()
    expect(page).to_have_url(f"{page.url.split('/kols')[0]}/kols/{kol.pk}/")
    assert stage_of(kol) == "departed"

    Stay.objects.filter(kol=kol, until=None).update(look_again_on=desk.today)  # half a year later
    today = visitors.open(desk.operator, "/")
    expect(today.locator("[data-item]").filter(has_text="Win back, or later?")).to_be_visible()
    today.locator("[data-item]").filter(has_text="Win back, or later?").locator("[data-open]").click()
    detail = today.locator("#today-detail")
    expect(detail.get_by_text("Thanks for two years.")).to_be_visible()
    detail.get_by_role("link", name="Win back").click()
    today.get_by_label("Why").fill("They want to come back")
    today.get_by_role("button", name="Move", exact=True).click()
    expect(today.locator(".step.is-now")).to_contain_text("Introduction")
    assert stage_of(kol) == "introduction"
    assert Stay.objects.get(kol=kol, until=None).look_again_on is None


def test_a_refused_drag_shows_what_is_missing_and_moves_nothing(standing_gates, visitors, desk):
    kol = desk.kol("王思雨")
    Stay.objects.filter(kol=kol).update(stage="initial")
    Kol.objects.filter(pk=kol.pk).update(stage="initial")
    page = visitors.open(desk.operator, "/board/")
    card, to = page.locator(f"#card-{kol.pk}").bounding_box(), page.locator("#column-mid_term").bounding_box()
    page.mouse.move(card["x"] + card["width"] / 2, card["y"] + card["height"] - 8)
    page.mouse.down()
    page.mouse.move(card["x"] + card["width"], card["y"] + card["height"], steps=5)
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 160, steps=10)
    page.mouse.up()
    panel = page.locator("#move-panel")
    expect(panel.get_by_role("heading", name="Move to Mid-term")).to_be_visible()
    expect(panel.get_by_text("No figure of followers here: enter one.").first).to_be_visible()
    expect(panel.get_by_text("A manager can pass this gate with a reason.")).to_be_visible()
    expect(panel.get_by_role("button", name="Move", exact=True)).to_have_count(0)
    assert (stage_of(kol), Move.objects.filter(kol=kol).count()) == ("initial", 0)


@pytest.fixture
def three(desk):
    return [
        desk.only_due(desk.kol(name, at_stage="initial"), review=days)
        for name, days in (("周一一", -3), ("李二二", -1), ("王三三", 0))
    ]


def test_due_reviews_are_done_one_after_the_other_with_the_count_left(visitors, desk, three):
    page = visitors.open(desk.operator, "/reviews/")
    page.get_by_role("link", name="Review my due ones 3").click()
    expect(page.get_by_text("3 due reviews left")).to_be_visible()
    expect(page.locator(".detail-who")).to_contain_text("周一一")
    page.get_by_text("Stay", exact=True).last.click()
    page.get_by_label("Note").fill("Steady")
    page.get_by_role("button", name="End the review").click()

    expect(page.locator(".detail-who")).to_contain_text("李二二")
    expect(page.get_by_text("2 due reviews left")).to_be_visible()
    page.get_by_text("Advance", exact=True).last.click()
    expect(page.get_by_text("Move to Mid-term")).to_be_visible()
    page.get_by_label("Note").fill("Fans follow")
    page.get_by_role("button", name="End the review").click()
    expect(page.locator(".detail-who")).to_contain_text("王三三")
    assert stage_of(three[1]) == "mid_term"

    page.get_by_text("Depart", exact=True).last.click()
    page.get_by_label("Cause").select_option("inactive")
    page.get_by_role("button", name="End the review").click()
    expect(page.get_by_text("No review of yours is due.")).to_be_visible()
    assert stage_of(three[2]) == "departed"
    done = Review.objects.filter(user=desk.operator, done_at__gte=desk.now - timedelta(days=1))
    assert sorted(done.values_list("decision", flat=True)) == ["advance", "depart", "stay"]
