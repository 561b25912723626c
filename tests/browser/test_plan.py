"""An incentive plan from the file: two items, saved as a draft, started."""

import re
from decimal import Decimal

from playwright.sync_api import expect

from incentives.models import IncentivePlan
from kol_crm.core.models import User
from tests.policies import allow, allow_everything


def add_item(page, kind, what, amount=""):
    page.get_by_role("button", name="Add an item").click()
    item = page.locator(".plan-item:visible").last
    item.get_by_label("Kind").select_option(kind)
    item.get_by_label("What", exact=False).first.fill(what)
    if amount:
        item.get_by_label("Amount").fill(amount)
        item.get_by_label("Currency").select_option("CNY")


def test_a_plan_with_two_items_is_made_and_started(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("link", name="Plan incentive").first.click()
    page.get_by_label("Title").fill("Winter series")
    for _item in range(page.locator(".plan-item:visible").count()):
        page.get_by_role("button", name="Remove this item").first.click()
    add_item(page, "material", "Fee for one video", "1280")
    add_item(page, "knowledge", "Coaching session")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("heading", name="Winter series")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Fee for one video"))).to_contain_text("¥1,280")
    expect(page.get_by_role("row", name=re.compile("Coaching session"))).to_be_visible()
    plan = IncentivePlan.objects.get(kol=kol)
    assert plan.state == "draft"
    assert [item.amount for item in plan.items.order_by("kind")] == [None, Decimal(1280)]
    page.get_by_role("button", name="Start the plan").click()
    expect(page.get_by_role("button", name="Mark done")).to_be_visible()
    assert IncentivePlan.objects.get(pk=plan.pk).state == "active"


def test_stopping_asks_first(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/plans/new/")
    page.get_by_label("Title").fill("Winter series")
    for _item in range(page.locator(".plan-item:visible").count()):
        page.get_by_role("button", name="Remove this item").first.click()
    add_item(page, "knowledge", "Coaching session")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Start the plan").click()
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("A stopped plan does not run again.")
    dialog.get_by_role("button", name="Cancel").click()
    assert IncentivePlan.objects.get(kol=kol).state == "active"
    page.get_by_role("button", name="Stop", exact=True).click()
    dialog.get_by_role("button", name="Stop the plan").click()
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert IncentivePlan.objects.get(kol=kol).state == "stopped"


def test_a_plan_outside_policy_is_submitted_with_a_reason_and_approved_by_another(visitors, desk):
    """DOMAIN 6.2; the policy of the other tests, which allows everything, is back afterwards."""
    kol, manager = desk.kol(), desk.user("罗珊", User.Role.MANAGER)
    allow()
    try:
        page = visitors.open(desk.operator, f"/kols/{kol.pk}/plans/new/")
        page.get_by_label("Title").fill("Winter series")
        page.get_by_role("button", name="Remove this item").first.click()
        add_item(page, "material", "Fee for one video", "1280")
        expect(page.get_by_text("Outside policy").first).to_be_visible()
        page.get_by_role("button", name="Save draft").click()
        page.get_by_label("Why it is worth going outside").fill("A rival offers more")
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("button", name="Take it back")).to_be_visible()
        expect(page.get_by_role("button", name="Approve")).to_have_count(0)
        theirs = visitors.open(manager, "/plans/approvals/")
        theirs.get_by_role("link", name="Winter series").first.click()
        theirs.get_by_role("button", name="Approve").click()
        expect(theirs.get_by_role("button", name="Approve")).to_have_count(0)
        page.reload()
        page.get_by_role("button", name="Start the plan").click()
        expect(page.get_by_role("button", name="Mark done")).to_be_visible()
        plan = IncentivePlan.objects.get(kol=kol)
        assert (plan.state, plan.reason) == ("active", "A rival offers more")
    finally:
        allow_everything()
