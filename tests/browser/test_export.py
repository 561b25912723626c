"""From the list to the file: the panel, the work, the notice, the download (UI, screen 2)."""

from pathlib import Path

from playwright.sync_api import expect

from kol_crm.core import work as works
from kol_crm.core.models import User
from tests.browser.chromium import shot
from tests.profiles.exporting import rows


def test_the_filtered_list_is_exported_told_in_a_notice_and_downloaded(visitors, desk):
    for name, city in (("李健", "Beijing"), ("陈可欣", "Suzhou"), ("王思雨", "Hangzhou")):
        desk.kol(name, city=city)
    desk.kol("别人", owner=desk.user("周平"))
    page = visitors.open(desk.operator, "/kols/?owner=me&sort=name&columns=kol,city")
    page.get_by_role("link", name="Export", exact=True).click()
    panel = page.locator("#side")
    expect(panel.get_by_role("heading", name="Export 3 KOLs")).to_be_visible()
    expect(panel.get_by_label("With contact data in clear")).to_have_count(0)
    shot(page, "export-1-panel")
    panel.get_by_role("button", name="Export").click()
    expect(panel.get_by_text("a notice tells you")).to_be_visible()
    works.run_waiting()
    expect(panel.get_by_role("link", name="Download")).to_be_visible()
    shot(page, "export-2-ready")
    page.goto("/notices/")
    with page.expect_download() as download:
        page.get_by_role("link", name="3 KOLs are ready to download").click()
    found = rows(Path(download.value.path()).read_bytes())
    assert [(row["KOL name"], row["City"]) for row in found] == [
        ("陈可欣", "Suzhou"),
        ("李健", "Beijing"),
        ("王思雨", "Hangzhou"),
    ]
    page.goto("/exports/")
    expect(page.locator("[data-row]")).to_have_count(1)
    shot(page, "export-3-list")


def test_a_manager_takes_ticked_rows_in_clear_after_saying_why(visitors, desk):
    manager = desk.user("陈静", User.Role.MANAGER)
    desk.kol("李健", contacts=[{"channel": "phone", "value": "13812348000"}])
    desk.kol("陈可欣")
    page = visitors.open(manager, "/kols/", language="zh", scheme="dark")
    page.get_by_role("checkbox", name="李健").check()
    page.get_by_role("toolbar").get_by_role("button", name="导出").click()
    panel = page.locator("#side")
    panel.get_by_label("包含联系方式明文").check()
    panel.get_by_role("button", name="导出").click()
    expect(panel.get_by_text("请写明需要联系方式做什么。")).to_be_visible()
    expect(panel.get_by_label("包含联系方式明文")).to_be_checked()
    shot(page, "export-4-clear")
    panel.get_by_label("需要联系方式做什么？").fill("五月的线下活动")
    panel.get_by_role("button", name="导出").click()
    expect(panel.get_by_text("完成后会有通知")).to_be_visible()
    works.run_waiting()
    with page.expect_download() as download:
        panel.get_by_role("link", name="下载").click()
    [row] = rows(Path(download.value.path()).read_bytes())
    assert (row["KOL 名称"], row["电话"]) == ("李健", "13812348000")
    page.goto("/exports/")
    expect(page.get_by_text("五月的线下活动")).to_be_visible()
    shot(page, "export-5-list")
