"""A programme in the browser: rating by keys beside the table; the board sets back by mouse and by key."""

import pytest
from playwright.sync_api import expect

from kol_crm.core.actor import Actor
from lifecycle.models import Candidate, Rating
from lifecycle.services import candidate as candidates
from tests.lifecycle.factories import make_candidate, make_programme


@pytest.fixture
def programme(desk):
    return make_programme(desk.operator, at=desk.now)


@pytest.fixture
def answered(desk, programme):
    """A candidate in talks."""
    made = make_candidate(programme, desk.kol("许燃"), at=desk.now)
    return candidates.follow_fact(Actor(desk.operator, "page", desk.now), made, candidates.ANSWER)


def card(page, candidate):
    return page.locator(f'[data-card][data-kol="{candidate.pk}"]')


def column(page, step):
    return page.locator(f"#column-{step}")


def drag(page, candidate, step):
    at, to = card(page, candidate).bounding_box(), column(page, step).bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] - 8)
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] + 12, steps=5)
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 160, steps=10)
    page.mouse.up()


def step_of(candidate):
    return Candidate.objects.get(pk=candidate.pk).step


def test_a_candidate_is_dragged_back_with_a_reason_and_never_forward(visitors, desk, programme, answered):
    page = visitors.open(desk.operator, f"/programmes/{programme.pk}/board/")
    drag(page, answered, "agreed")
    expect(page.locator("#move-panel > *")).to_have_count(0)
    drag(page, answered, "contacted")
    panel = page.locator("#move-panel")
    expect(panel.get_by_role("heading", name="Set 许燃 back")).to_be_visible()
    expect(panel.get_by_label("Back to")).to_have_value("contacted")
    assert step_of(answered) == "in_talks"
    panel.get_by_label("Why").fill("that was spam")
    panel.get_by_role("button", name="Save").click()
    expect(column(page, "contacted").locator("[data-card]")).to_have_count(1)
    assert step_of(answered) == "contacted"


def test_a_candidate_is_set_back_by_keys_alone(visitors, desk, programme, answered):
    page = visitors.open(desk.operator, f"/programmes/{programme.pk}/board/")
    page.keyboard.press("j")
    expect(card(page, answered)).to_be_focused()
    page.keyboard.press("m")
    why = page.locator("#move-panel").get_by_label("Why")
    why.focus()
    page.keyboard.type("wrong person")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(column(page, "identified").locator("[data-card]")).to_have_count(1)
    assert step_of(answered) == "identified"


def test_fit_is_rated_by_keys_without_leaving_and_the_table_follows(visitors, desk, programme, answered):
    page = visitors.open(desk.operator, f"/programmes/{programme.pk}/")
    sheet = page.locator("#sheet")
    for line in sheet.locator("[data-fit-line]").all():
        line.locator("input[type=radio]").first.focus()
        page.keyboard.press("4")
        line.locator("input[type=text]").fill("seen")
    sheet.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#ranking").get_by_text("48.0", exact=True)).to_be_visible()  # 0.6 × 80
    expect(page).to_have_url(f"{page.url.split('?')[0]}?candidate={answered.pk}")
    assert list(Rating.objects.filter(candidate=answered).values_list("value", flat=True)) == [4] * 5
