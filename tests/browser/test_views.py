"""Looking at the list in one's own way and keeping it: views, columns, groups."""

import re

import pytest
from playwright.sync_api import expect

from kol_crm.core.models import SavedView


def heads(page):
    return [text.strip() for text in page.locator("thead th[scope=col]").all_inner_texts()]


@pytest.fixture
def page(visitors, desk):
    desk.kol("王思雨", city="Suzhou")
    desk.kol("陈可欣", at_stage="initial", city="Hangzhou")
    return visitors.open(desk.operator, "/kols/")


def save(page, button, name):
    page.get_by_role("link", name=button).click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Save", exact=True).click()


def choose(page, *labels):
    page.get_by_role("button", name="Columns").click()
    for label in labels:
        page.get_by_role("checkbox", name=re.compile(f"^{label}")).click()
    page.get_by_role("button", name="Apply").click()


def test_a_view_is_saved_changed_left_come_back_to_and_updated(page, desk):
    page.get_by_role("group", name="Stage").get_by_role("link", name="Initial").click()
    save(page, "Save view", "My initials")
    tab = page.get_by_role("navigation", name="Views").get_by_role("link", name="My initials")
    expect(tab).to_have_attribute("aria-current", "page")
    choose(page, "City", "Risk")
    expect(page.get_by_text("Edited", exact=True)).to_be_visible()
    assert "City" in heads(page)
    assert "Risk" not in heads(page)
    page.get_by_role("link", name="All", exact=True).click()
    tab.click()
    expect(page.get_by_text("Edited", exact=True)).to_have_count(0)
    assert "City" not in heads(page)
    choose(page, "City", "Risk")
    page.get_by_role("button", name="Update view").click()
    expect(page.get_by_role("status")).to_contain_text("View updated.")
    page.get_by_role("link", name="All", exact=True).click()
    tab.click()
    expect(page.get_by_text("Edited", exact=True)).to_have_count(0)
    assert "City" in heads(page)
    expect(page.locator("[data-row]")).to_have_count(1)
    assert SavedView.objects.get(owner=desk.operator).query == "stage=initial"


def test_a_column_is_moved_by_its_buttons(page):
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Move Level up").click()
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("columns="))
    assert heads(page)[:3] == ["KOL", "Level", "Stage"]


def test_a_deleted_view_is_brought_back(page, desk):
    page.get_by_role("group", name="Stage").get_by_role("link", name="Initial").click()
    save(page, "Save view", "Short-lived")
    views = page.get_by_role("navigation", name="Views")
    expect(views.get_by_role("link", name="Short-lived")).to_be_visible()
    page.get_by_role("button", name="All views").click()
    page.get_by_role("button", name="Delete view").click()
    expect(views.get_by_role("link", name="Short-lived")).to_have_count(0)
    page.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(views.get_by_role("link", name="Short-lived")).to_be_visible()


def test_groups_open_and_close_under_their_totals(page):
    page.get_by_role("button", name="Group", exact=True).click()
    page.locator("#group-menu").get_by_role("link", name="Stage").click()
    expect(page).to_have_url(re.compile("group=stage"))
    expect(page.locator("[data-row]")).to_have_count(0)
    head = page.locator("[data-group]", has_text="Initial")
    expect(head).to_have_text(re.compile(r"Initial\s*1"))
    head.click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text("陈可欣")
    expect(head).to_have_attribute("aria-expanded", "true")
    head.press("Enter")
    expect(page.locator("[data-row]")).to_be_hidden()
    page.get_by_role("link", name="Without groups").click()
    expect(page.locator("[data-row]")).to_have_count(2)
