"""The import wizard: file, columns, preview, a cell mended, run, result, undo (UI, screen 9)."""

from playwright.sync_api import expect

from kol_crm.core import work as works
from profiles.models import Import, Kol
from tests.browser.chromium import shot

TABLE = "姓名,手机,生日,城市\n王思雨,13800138000,1990-05-04,杭州\n李健,12,1990-13-40,北京\n"


def worked(page):
    """The worker comes by, and the page follows by itself."""
    expect(page.locator("#import-work")).to_be_visible()
    works.run_waiting()
    expect(page.locator("#import-work")).to_have_count(0)


def test_a_file_goes_all_the_way_in_and_out_again(visitors, desk):
    page = visitors.open(desk.operator, "/kols/")
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("File").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    shot(page, "import-1-file")
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_label("手机")).to_have_value("phone")
    expect(page.get_by_text("138****8000")).to_be_visible()
    shot(page, "import-2-columns")
    page.get_by_role("button", name="Check the rows").click()
    worked(page)
    expect(page.locator("[data-row]")).to_have_count(2)
    cell = page.get_by_role("textbox", name="生日")
    expect(cell).to_have_value("1990-13-40")
    shot(page, "import-3-preview")
    cell.fill("1990-12-01")
    page.get_by_role("button", name="Mend, leave out and check again").click()
    worked(page)
    expect(page.get_by_role("textbox", name="生日")).to_have_count(0)
    page.get_by_role("button", name="Take the rows in").click()
    worked(page)
    expect(page.get_by_role("link", name="王思雨")).to_be_visible()
    shot(page, "import-4-result")
    assert set(Kol.objects.filter(team=desk.team).values_list("name", "birth_month")) == {
        ("王思雨", 5),
        ("李健", 12),
    }
    page.get_by_role("button", name="Undo the import").click()
    worked(page)
    expect(page.get_by_text("This import is undone")).to_be_visible()
    assert not Kol.objects.filter(team=desk.team, archived_at=None).exists()
    page.goto(page.url.split("/imports/")[0] + "/imports/")
    expect(page.get_by_role("link", name="list.csv")).to_be_visible()
    shot(page, "import-5-list")
    assert Import.objects.get(user=desk.operator).state == "undone"


TWINS = "mid,up主,手机\n697,王思雨,13800138000\n698,帅农鸟哥,13900139000\n"


def test_a_row_that_looks_like_a_file_is_decided_on_the_page(visitors, desk):
    phone = {"channel": "phone", "value": "13800138000"}
    known = desk.kol("思雨", contacts=[phone])
    page = visitors.open(desk.operator, "/imports/new/")
    page.get_by_label("Platform").select_option("bilibili")
    page.get_by_label("File").set_input_files(
        {"name": "list.csv", "mimeType": "text/csv", "buffer": TWINS.encode()}
    )
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("button", name="Check the rows").click()
    worked(page)
    page.get_by_role("link", name="To decide").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.get_by_role("link", name="思雨", exact=True)).to_be_visible()
    expect(page.locator(".import-twins")).to_contain_text("138****8000")
    shot(page, "import-6-twins")
    page.get_by_label("Who is row 2?").select_option("It is 思雨: update that file")
    page.get_by_role("button", name="Mend, decide, leave out and check again").click()
    worked(page)
    expect(page.get_by_role("link", name="To decide")).to_have_count(0)
    page.get_by_role("button", name="Take the rows in").click()
    worked(page)
    assert known.accounts.get().external_id == "697"
    assert Kol.objects.filter(team=desk.team).count() == 2
