"""Nobody approves their own plan, by any door there is (DOMAIN 6.2)."""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from incentives import plan_due
from incentives.models import IncentivePlan, PlanJudgement
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from tests.factories import NOW, UserFactory
from tests.policies import allow

pytestmark = pytest.mark.django_db
FEE = {"kind": "material", "what": "Fee", "amount": "900", "currency": "CNY"}


@pytest.fixture
def own(manager, kol):
    """Written by the operator, submitted by the manager."""
    allow()
    plan = plans.create(Actor(kol.owner, "page", NOW), kol, {"title": "Winter"}, [FEE])
    return approvals.submit(Actor(manager, "page", NOW), plan, "A rival offers more")


def written():
    return list(IncentivePlan.objects.values()), PlanJudgement.objects.count(), Change.objects.count()


def test_the_page_refuses_it_and_offers_no_button(manager, as_user, own):
    client = as_user(manager)
    before = written()
    for verb, data in (("approve", {}), ("send_back", {"why": "No"})):
        answer = client.post(
            reverse("incentives:plan-step", args=[own.pk, verb]), {"version": own.version, **data}
        )
        assert (answer.status_code, written()) == (403, before)
    shown = client.get(reverse("incentives:plan-detail", args=[own.pk]))
    assert "approve" not in shown.context["verbs"]
    assert shown.context["why_not"]


def test_the_api_refuses_it(manager, api, own):
    client = api(manager)
    before = written()
    for step, body in (("approve", {}), ("send-back", {"why": "No"})):
        answer = client.post(f"/api/v1/incentive-plans/{own.pk}/{step}/", body)
        assert (answer.status_code, written()) == (403, before)


def test_it_is_in_nobodys_own_inbox_but_in_the_others(manager, as_user, api, own):
    other = UserFactory(role="manager", team=manager.team)
    for user, found in ((manager, []), (other, [own.pk])):
        assert [row.pk for row in IncentivePlan.objects.to_approve(user)] == found
        rows = plan_due.APPROVALS.rows(user, NOW.date(), NOW.date(), 10, ())
        assert [row.key for row in rows] == [f"plan_approval:{pk}" for pk in found]
        page = as_user(user).get(reverse("incentives:approval-list"), {"for_me": "true"})
        assert [row.pk for row in page.context["listing"].rows] == found
    assert approvals.approve(Actor(other, "page", NOW), own).state == "approved"


def test_there_is_no_further_door():
    """Page and API call the verb; the demo does for its invented managers. Nobody else writes the state."""
    root = Path(settings.BASE_DIR)
    calling, writing = set(), set()
    for app in ("kol_crm", "profiles", "lifecycle", "incentives"):
        for path in (root / app).rglob("*.py"):
            text, name = path.read_text(), str(path.relative_to(root))
            if "approvals.approve" in text:
                calling.add(name)
            if "IncentivePlan" in text and '"state": State.APPROVED' in text:
                writing.add(name)
    assert calling == {"incentives/api/plans.py", "incentives/views/plan_page.py", "kol_crm/demo/life.py"}
    assert writing == {"incentives/services/plan_approval.py"}


def test_the_row_of_today_says_who_asks_and_why(manager, own):
    other = UserFactory(role="manager", team=manager.team)
    (row,) = plan_due.APPROVALS.rows(other, NOW.date(), NOW.date(), 10, ())
    assert row.why == f"{manager} asks to go outside policy: A rival offers more"
