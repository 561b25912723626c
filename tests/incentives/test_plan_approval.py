"""Outside policy a plan is submitted, approved by another, and started; nobody approves their own (6.2)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from incentives.models import ExchangeRate, IncentivePlan, PlanItem, PlanJudgement
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from lifecycle.models import Stop
from profiles.services import kol as kol_verbs
from profiles.services import need as needs
from tests.factories import NOW, UserFactory, make_kol
from tests.policies import allow

pytestmark = pytest.mark.django_db
FEE = {"kind": "material", "what": "Fee", "amount": "900", "currency": "CNY", "due_on": date(2026, 12, 1)}
BADGE = {"kind": "spiritual", "what": "Badge"}


@pytest.fixture(autouse=True)
def policy(kol):
    kol_verbs.set_figures(kol.pk, stage="initial")
    return allow(initial__nano=(["spiritual", "material"], 1000))


@pytest.fixture
def inside(actor, kol):
    return plans.create(actor, kol, {"title": "Inside"}, [FEE])


@pytest.fixture
def outside(actor, kol):
    return plans.create(actor, kol, {"title": "Outside"}, [FEE | {"amount": "1200"}])


@pytest.fixture
def boss(manager):
    return Actor(manager, "page", NOW)


def written():
    rows = IncentivePlan, PlanItem, PlanJudgement
    return [list(row.objects.order_by("pk").values()) for row in rows], Change.objects.count()


def refuses(kind, call):
    before = written()
    with pytest.raises(kind) as refusal:
        call()
    assert written() == before
    return refusal.value


def test_inside_policy_a_draft_starts_at_once_and_keeps_what_the_policy_said(actor, inside, policy):
    assert approvals.activate(actor.again(), inside, 1).state == "active"
    kept = inside.judgements.get()
    assert (kept.act, kept.policy, kept.inside, kept.stage, kept.by) == (
        "started",
        policy,
        True,
        "initial",
        actor.user,
    )
    assert (
        kept.figures["parts"][0] | {"key": "2026-Q4", "value": 900, "limit": 1000} == kept.figures["parts"][0]
    )
    refusal = refuses(Refused, lambda: approvals.submit(actor, inside, "x"))
    assert refusal.code == "plan_state"


def test_the_database_refuses_to_change_what_the_policy_said_and_its_versions(actor, inside, policy):
    approvals.activate(actor, inside)
    for kept, change in ((inside.judgements.get(), {"inside": False}), (policy, {"cells": {}})):
        rows = type(kept).objects.filter(pk=kept.pk)
        for act in (
            lambda rows=rows, change=change: rows.update(**change),
            lambda rows=rows: rows._raw_delete("default"),
        ):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                act()


def test_inside_policy_nothing_is_submitted(actor, inside):
    assert refuses(Refused, lambda: approvals.submit(actor, inside, "why")).code == "inside_policy"


def test_outside_policy_it_is_submitted_with_a_reason_approved_and_started(actor, boss, outside):
    assert refuses(Refused, lambda: approvals.activate(actor, outside)).code == "outside_policy"
    assert list(refuses(ValidationError, lambda: approvals.submit(actor, outside, " ")).error_dict) == [
        "reason"
    ]
    plan = approvals.submit(actor.again(), outside, "A rival offers more", 1)
    assert (plan.state, plan.reason, plan.submitted_by) == ("submitted", "A rival offers more", actor.user)
    refuses(Refused, lambda: approvals.activate(actor, plan))
    plan = approvals.approve(boss, plan, plan.version)
    assert plan.state == "approved"
    assert approvals.activate(actor.again(), plan).state == "active"
    assert [(one.act, one.inside, one.by) for one in plan.judgements.order_by("id")] == [
        ("submitted", False, actor.user),
        ("approved", False, boss.user),
        ("started", False, actor.user),
    ]


def test_what_is_sent_back_is_a_draft_with_what_to_change(actor, boss, outside):
    plan = approvals.submit(actor.again(), outside, "Because")
    assert list(refuses(ValidationError, lambda: approvals.send_back(boss, plan, "")).error_dict) == ["why"]
    plan = approvals.send_back(boss, plan, "Halve it")
    assert (plan.state, plan.sent_back, plan.submitted_by) == ("draft", "Halve it", None)


@pytest.mark.parametrize("part", ["wrote", "changed an item", "submitted"])
def test_nobody_approves_what_they_wrote_or_submitted(manager, actor, boss, kol, outside, part):
    """DOMAIN 6.2, the law; whichever part of the plan is theirs."""
    other = Actor(UserFactory(role="manager", team=manager.team), "page", NOW)
    if part == "wrote":
        plan = plans.create(boss, kol, {"title": "Mine"}, [FEE | {"amount": "1200"}])
        plan = approvals.submit(actor.again(), plan, "Because")
    elif part == "changed an item":
        item = outside.items.values("id", "kind", "what", "amount", "currency", "due_on").get()
        plan = plans.edit(boss, outside, {}, [item | {"amount": Decimal(1300)}])
        plan = approvals.submit(actor.again(), plan, "Because")
    else:
        plan = approvals.submit(boss, outside, "Because")
    for call in (lambda: approvals.approve(boss, plan), lambda: approvals.send_back(boss, plan, "No")):
        refuses(PermissionDenied, call)
    assert approvals.approve(other, plan).state == "approved"


def test_only_a_manager_of_the_file_approves(request, actor, outside):
    plan = approvals.submit(actor.again(), outside, "Because")
    for who in ("operator", "colleague", "finance", "manager_elsewhere"):
        by = Actor(request.getfixturevalue(who), "page", NOW)
        refuses(PermissionDenied, lambda by=by: approvals.approve(by, plan))
    refuses(PermissionDenied, lambda: approvals.approve(Actor.job(NOW), plan))


def test_a_change_after_approval_needs_approval_anew(actor, boss, outside):
    plan = approvals.approve(boss, approvals.submit(actor.again(), outside, "Because"))
    plan = plans.edit(actor.again(), plan, {"note": "A word more"}, version=plan.version)
    assert (plan.state, plan.submitted_by) == ("draft", None)
    assert refuses(Refused, lambda: approvals.activate(actor, plan)).code == "outside_policy"


def test_an_approval_covers_no_more_than_it_saw(actor, boss, kol, outside):
    """Another plan grew the quarter meanwhile: what was approved was less."""
    plan = approvals.approve(boss, approvals.submit(actor.again(), outside, "Because"))
    small = plans.create(actor.again(), kol, {"title": "Small"}, [FEE | {"amount": "50"}])
    assert refuses(Refused, lambda: approvals.activate(actor, small)).code == "outside_policy"
    IncentivePlan.objects.filter(pk=small.pk).update(state="active")
    assert refuses(Refused, lambda: approvals.activate(actor, plan)).code == "approval_outgrown"
    assert approvals.submit(actor.again(), plan, "More").state == "submitted"


def test_what_was_decided_under_an_old_version_stays_explained_by_it(actor, boss, outside, policy):
    plan = approvals.approve(boss, approvals.submit(actor.again(), outside, "Because"))
    allow(initial__nano=(["spiritual", "material"], 5000))
    plan = approvals.activate(actor.again(), plan)
    assert [(one.act, one.policy.number, one.inside) for one in plan.judgements.order_by("id")] == [
        ("submitted", policy.number, False),
        ("approved", policy.number, False),
        ("started", policy.number + 1, True),
    ]


@pytest.mark.parametrize(
    ("state", "ended", "starts"),
    [
        ("draft", None, True),
        ("submitted", None, False),
        ("approved", None, False),
        ("active", None, False),
        ("done", NOW, False),
        ("stopped", NOW.replace(month=12, day=2), False),
        ("stopped", NOW, True),  # the fee of December was not due yet
    ],
)
def test_the_ceiling_is_over_all_plans_that_count(actor, kol, inside, state, ended, starts):
    other = plans.create(actor.again(), kol, {"title": "Other"}, [FEE | {"amount": "101"}])
    IncentivePlan.objects.filter(pk=other.pk).update(state=state, ended_at=ended)
    if starts:
        assert approvals.activate(actor.again(), inside).state == "active"
    else:
        assert refuses(Refused, lambda: approvals.activate(actor, inside)).code == "outside_policy"


def test_a_currency_without_a_dated_rate_is_outside(actor, kol):
    fee = FEE | {"currency": "USD", "amount": "100"}
    plan = plans.create(actor, kol, {"title": "Dollars"}, [fee])
    refusal = refuses(Refused, lambda: approvals.activate(actor, plan))
    assert refusal.details["judgement"]["lines"][0]["reasons"][0]["code"] == "no_rate"
    ExchangeRate.objects.create(
        base="CNY", currency="USD", day=date(2026, 11, 1), rate=Decimal("7.1"), created_at=NOW
    )
    assert approvals.activate(actor.again(), plan).state == "active"


def test_a_stop_and_a_stale_page_hinder_every_step(actor, boss, outside):
    plan = approvals.submit(actor.again(), outside, "Because")
    refuses(Conflict, lambda: approvals.approve(boss, plan, plan.version - 1))
    Stop.objects.create(kol=plan.kol, cause="breach", why="Seen", since=NOW.date(), created_at=NOW)
    assert list(refuses(ValidationError, lambda: approvals.approve(boss, plan)).error_dict) == ["kol"]


def test_the_need_that_an_item_answers_is_one_of_the_file(actor, kol, operator):
    need = needs.add(actor.again(), kol, {"kind": "money", "what": "Income", "due_on": date(2026, 12, 1)})
    plan = plans.create(actor, kol, {"title": "x"}, [FEE | {"need": need.pk}])
    assert plan.items.get().need == need
    other = make_kol(operator, "周燕")
    error = refuses(
        ValidationError, lambda: plans.create(actor, other, {"title": "x"}, [FEE | {"need": need.pk}])
    )
    assert list(error.error_dict) == ["items.0.need"]


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        ({"pay": "per_result", "expected": None}, ["expected"]),
        ({"pay": "continuous"}, ["ends_on", "period"]),
        ({"pay": "continuous", "period": "month", "ends_on": date(2026, 11, 30)}, ["ends_on"]),
        ({"pay": "profit_share"}, ["pay"]),
        ({"kind": "profit_share", "amount": None}, ["base", "rate"]),
        ({"kind": "profit_share", "rate": 6, "base": "sales"}, ["amount"]),
        ({"kind": "profit_share", "amount": None, "rate": 101, "base": "sales"}, ["rate"]),
        ({"kind": "profit_share", "amount": None, "rate": 6, "base": "sales", "floor": 9, "cap": 8}, ["cap"]),
        ({"pay": "buyout", "cap": 5}, ["cap"]),
    ],
)
def test_each_pay_model_says_what_it_must_and_nothing_else(actor, kol, item, fields):
    error = refuses(ValidationError, lambda: plans.create(actor, kol, {"title": "x"}, [FEE | item]))
    assert sorted(error.error_dict) == [f"items.0.{name}" for name in fields]
