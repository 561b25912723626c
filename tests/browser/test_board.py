"""The board: a card moves by mouse, by key and by menu; the gate is asked first, and the toast undoes."""

import pytest
from playwright.sync_api import expect

from profiles.models import Kol


@pytest.fixture
def board(visitors, desk):
    kol = desk.kol("王思雨")
    desk.kol("陈可欣", at_stage="initial")
    return visitors.open(desk.operator, "/board/"), kol


def card(page, kol):
    return page.locator(f"#card-{kol.pk}")


def column(page, stage):
    return page.locator(f"#column-{stage}")


def stage_of(kol):
    return Kol.objects.get(pk=kol.pk).stage


def test_a_card_is_dragged_to_the_next_stage_and_brought_back_by_undo(board):
    page, kol = board
    at, to = card(page, kol).bounding_box(), column(page, "initial").bounding_box()
    page.mouse.move(at["x"] + at["width"] / 2, at["y"] + at["height"] - 8)
    page.mouse.down()
    page.mouse.move(at["x"] + at["width"], at["y"] + at["height"], steps=5)
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + 160, steps=10)
    page.mouse.up()
    panel = page.locator("#move-panel")
    expect(panel.get_by_role("heading", name="Move to Initial")).to_be_visible()
    expect(column(page, "introduction").locator("[data-card]")).to_have_count(1)
    assert stage_of(kol) == "introduction"
    panel.get_by_role("button", name="Move", exact=True).click()
    expect(column(page, "initial").locator("[data-card]")).to_have_count(2)
    expect(column(page, "introduction").locator("[data-card]")).to_have_count(0)
    assert stage_of(kol) == "initial"
    page.get_by_role("button", name="Undo").click()
    expect(column(page, "introduction").locator("[data-card]")).to_have_count(1)
    assert stage_of(kol) == "introduction"


def test_a_card_moves_by_keys_alone(board):
    page, kol = board
    page.keyboard.press("j")
    expect(card(page, kol)).to_be_focused()
    page.keyboard.press("m")
    panel = page.locator("#move-panel")
    expect(panel.get_by_role("button", name="Initial")).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Move", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(column(page, "initial").locator("[data-card]")).to_have_count(2)
    expect(card(page, kol)).to_be_focused()
    assert stage_of(kol) == "initial"


def test_a_card_moves_by_its_menu_and_escape_puts_it_back_before(board):
    page, kol = board
    page.get_by_role("button", name="Move 王思雨").click()
    page.locator("#move-panel").get_by_role("button", name="Initial").click()
    expect(page.get_by_role("heading", name="Move to Initial")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#move-panel > *")).to_have_count(0)
    assert stage_of(kol) == "introduction"


def test_h_and_l_walk_between_columns(board):
    page, kol = board
    card(page, kol).focus()
    page.keyboard.press("l")
    expect(column(page, "initial").locator("[data-card]")).to_be_focused()
    page.keyboard.press("h")
    expect(card(page, kol)).to_be_focused()


def test_a_departure_asks_for_its_cause(board):
    page, kol = board
    card(page, kol).focus()
    page.keyboard.press("m")
    panel = page.locator("#move-panel")
    panel.get_by_role("button", name="Departed").click()
    panel.get_by_role("button", name="Depart", exact=True).click()
    expect(panel.locator(".has-error, .field :invalid").first).to_be_visible()
    assert stage_of(kol) == "introduction"
