"""The dashboard: a number opens the list that it counts."""

import re

import pytest
from playwright.sync_api import expect

from kol_crm.core.models import User


@pytest.fixture
def dashboard(visitors, desk):
    for name, stage in (("王思雨", "introduction"), ("陈可欣", "initial"), ("苏晚晴", "initial")):
        desk.kol(name, at_stage=stage)
    return visitors.open(desk.user("Luo Shan", role=User.Role.MANAGER), "/dashboard/")


def test_a_bar_opens_its_files(dashboard):
    bar = dashboard.locator("#chart-stages .dl").filter(has_text="Initial")
    expect(bar.locator(".dl-figures")).to_have_text("2")
    bar.locator(".dl-label").click()
    expect(dashboard).to_have_url(re.compile(r"/kols/\?.*stage=initial"))
    expect(dashboard.locator("[data-row]")).to_have_count(2)


def test_every_tile_opens_as_many_rows_as_it_says(dashboard):
    tiles = dashboard.locator("a.tile")
    said = [re.search(r"^\d+$", text, re.M).group() for text in tiles.all_inner_texts()]
    addresses = [tile.get_attribute("href") for tile in tiles.all()]
    assert len(said) == 6
    for number, address in zip(said, addresses, strict=True):
        dashboard.goto(address)
        expect(dashboard.locator("[data-row]")).to_have_count(int(number))


def test_a_chart_is_handed_out_as_a_picture_and_as_a_table(dashboard):
    card = dashboard.locator("#chart-flow")
    expect(card.locator("svg").first).to_be_attached()
    for name in ("flow", "stages"):
        card = dashboard.locator(f"#chart-{name}")
        with dashboard.expect_download() as picture:
            card.get_by_role("button", name="Picture (PNG)").click()
        assert picture.value.suggested_filename == f"chart-{name}.png"
        assert picture.value.path().read_bytes().startswith(b"\x89PNG")
        with dashboard.expect_download() as table:
            card.get_by_role("link", name="Figures (CSV)").click()
        assert table.value.suggested_filename.startswith(name)


def test_a_filter_is_chosen_in_its_chip_and_stands_in_the_address(dashboard):
    dashboard.get_by_role("button", name="Period").click()
    dashboard.get_by_label("12 months").check()
    dashboard.locator("#facet-period").get_by_role("button", name="Apply").click()
    expect(dashboard).to_have_url(re.compile(r"period=12"))
    expect(dashboard.locator("#chart-stages")).to_be_visible()
