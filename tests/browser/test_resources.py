"""A slot from the inventory to its use, the warning on the way, and its row on Today (DOMAIN 5.5)."""

from decimal import Decimal

from playwright.sync_api import expect

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from lifecycle.models import Booking, Slot
from lifecycle.services import budget, slot


def test_an_operator_books_over_the_warning_and_marks_it_used_on_today(visitors, desk):
    keeper = Actor(None, "command", desk.now)
    budget.set_budget(keeper, desk.today, Decimal(5000))
    values = {"kind": "topic", "name": "Topic of the day", "starts_on": desk.today, "value": Decimal(900)}
    slot.create(keeper.again(), values)
    kol = desk.only_due(desk.kol())
    page = visitors.open(desk.operator, "/resources/")
    page.locator("tr", has_text="Topic of the day").get_by_role("button", name="Book").click()
    side = page.locator("#side")
    person = side.get_by_role("combobox")
    person.press_sequentially("王思")
    expect(side.get_by_role("option", name="王思雨")).to_be_visible()
    person.press("Enter")
    side.get_by_label("What for").fill("Launch of the column")
    side.get_by_role("button", name="Book").click()
    expect(side.get_by_text("Initial would get 0 %")).to_be_visible()
    expect(side.get_by_label("What for")).to_have_value("Launch of the column")
    side.get_by_label("Book it all the same").check()
    side.get_by_role("button", name="Book").click()
    expect(page.get_by_role("heading", name="Topic of the day")).to_be_visible()
    expect(page.locator("main")).to_contain_text("王思雨")
    page.goto("/")
    row = page.locator("[data-item]")
    expect(row).to_contain_text("Topic of the day runs on")
    page.locator("#today-detail").get_by_role("button", name="Mark used").click()
    expect(page.get_by_text("Nothing due.").first).to_be_visible()
    assert Booking.objects.get(kol=kol).state == "used"


def test_a_manager_makes_a_series_on_the_page(visitors, desk):
    page = visitors.open(desk.user("Luo Shan", User.Role.MANAGER), "/resources/")
    page.get_by_role("button", name="New slot").click()
    side = page.locator("#side")
    side.get_by_label("Name of the slot").fill("Monday banner")
    side.get_by_label("First day").fill("2027-03-01")
    side.get_by_label("List value").fill("300")
    side.get_by_label("Again").select_option("7")
    side.get_by_role("button", name="Save").click()
    expect(side.get_by_text("Say until when the series goes.")).to_be_visible()
    side.get_by_label("Until").fill("2027-03-22")
    side.get_by_role("button", name="Save").click()
    expect(page.locator("tbody tr")).to_have_count(4)
    assert Slot.objects.filter(name="Monday banner").count() == 4
