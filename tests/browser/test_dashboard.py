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
    bar = dashboard.locator("a.hbar.funnel").filter(has_text="Initial")
    expect(bar.locator(".hbar-figure")).to_have_text("2")
    bar.click()
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
