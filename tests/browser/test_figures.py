"""Figures come in fast: a pasted link fills in the account, pasted rows are mended, charts compare."""

from datetime import timedelta
from decimal import Decimal

from playwright.sync_api import expect

from profiles.models import Account, Snapshot
from profiles.services import figures, level
from profiles.services.figures import NewFigure
from tests.factories import make_account


def test_a_link_pasted_as_handle_fills_in_the_account_and_keeps_the_focus(visitors, desk):
    page = visitors.open(desk.operator, "/kols/new/")
    page.get_by_role("button", name="Add an account").click()
    row = page.locator(".account-item").last
    handle = row.get_by_label("Handle")
    handle.fill("看看她 https://space.bilibili.com/697166795?from=search")
    expect(row.get_by_label("Platform")).to_have_value("bilibili")
    expect(row.get_by_label("Id there")).to_have_value("697166795")
    expect(row.get_by_label("Link")).to_have_value("https://space.bilibili.com/697166795")
    expect(row.get_by_role("status")).to_have_text("Bilibili, id 697166795")
    expect(handle).to_have_value("")
    expect(handle).to_be_focused()
    handle.fill("https://v.douyin.com/abc/")
    expect(row.get_by_role("status")).to_contain_text("short link")
    expect(handle).to_have_value("https://v.douyin.com/abc/")


def test_pasted_rows_are_mended_in_place_and_taken_in(visitors, desk):
    kol = desk.kol("Lin Xia")
    account = make_account(kol, "bilibili", f"lin{kol.pk.hex[-6:]}", at=desk.now)
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/performance/")
    page.get_by_role("link", name="Paste rows").click()
    days = [(desk.today - timedelta(days=back)).isoformat() for back in (14, 7)]
    page.get_by_label("Rows", exact=True).fill(f"日期\t粉丝数\n{days[0]}\t1.2万\n{days[1]}\tmany")
    page.get_by_role("button", name="Look at them").click()
    wrong = page.get_by_label("Row 3, column 2")
    expect(wrong).to_have_value("many")
    expect(page.locator(".paste-counts")).to_contain_text("1 new")
    wrong.fill("1.3万")
    page.get_by_role("button", name="Take in").click()
    expect(page.get_by_text("2 figures are in.")).to_be_visible()
    assert set(Snapshot.objects.filter(account=account).values_list("value", flat=True)) == {12_000, 13_000}


def test_two_accounts_are_drawn_on_one_axis(visitors, desk, actor):
    made: list[Account] = []
    for place, name in enumerate(("Lin Xia", "Chen Rui")):
        kol = desk.kol(name)
        made.append(make_account(kol, "bilibili", f"h{kol.pk.hex[-6:]}", at=desk.now))
        days = [desk.today - timedelta(days=back) for back in (60, 30, 1)]
        rows = [
            NewFigure(made[-1].pk, "followers", Decimal(1000 * (place + 1) + 100 * n), day, day, "hand")
            for n, day in enumerate(days)
        ]
        figures.record(actor.again(), rows)
    page = visitors.open(desk.operator, f"/figures/compare/?account={made[0].pk}")
    chart = page.locator("[data-chart] svg")
    expect(chart).to_be_visible()
    page.get_by_label("Compare with", exact=True).fill(made[1].handle)
    page.get_by_label("First value = 100").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".chart-legend span")).to_have_count(2)
    expect(page.locator(".card-how")).to_contain_text("did better by")
    expect(page.locator("[data-chart] svg path[stroke-dasharray]")).not_to_have_count(0)
    assert f"other={made[1].pk}" in page.url
    assert "indexed=on" in page.url


def test_what_was_never_entered_is_entered_on_its_tab_and_leaves_the_count(visitors, desk):
    kol = desk.kol(accounts=[{"platform": "weibo", "handle": "lin_entered"}])
    page = visitors.open(desk.operator, "/figures/?owner=me")
    tabs = page.get_by_role("navigation", name="What is to be refreshed")
    tabs.get_by_role("link", name="Not entered yet").click()
    row = page.locator("[data-row]")
    expect(row).to_contain_text("not entered yet")
    row.get_by_label("New figure").fill("many")
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_role("alert")).to_be_visible()
    row.get_by_label("New figure").fill("1.2万")
    row.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("taken in")
    assert kol.accounts.get().followers == 12_000
    page.reload()
    expect(page.get_by_text("The followers of every account are known.")).to_be_visible()


def test_the_level_is_drawn_with_its_causes_beside_it(visitors, desk, actor):
    kol = desk.kol(accounts=[{"platform": "weibo", "handle": "lin_level"}])
    account = kol.accounts.get()
    figures.record(
        actor, [NewFigure(account.pk, "followers", Decimal(12_000), desk.today, desk.today, "hand")]
    )
    level.override(actor.again(), kol, "mega", "known to all")
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/performance/")
    card = page.locator("section[aria-labelledby=level-story]")
    expect(card.locator(".card-how")).to_contain_text("up from Micro")
    expect(card.locator("[data-chart] svg")).to_contain_text("Mega")
    expect(card.get_by_role("table")).to_contain_text("Set by hand: known to all")
    card.locator("[data-chart]").hover(position={"x": 60, "y": 60})
    expect(card).to_contain_text("known to all")
