"""The ceiling of a quarter is over all that was given or promised, whichever way it came (DOMAIN 6.1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from incentives.models import IncentivePlan
from incentives.services import giving, ledger
from incentives.services import plan as plans
from incentives.services import plan_approval as approvals
from kol_crm.core.errors import Refused
from profiles.services import kol as kol_verbs
from tests.incentives.ledger import DAY, FEE, MONEY, by, nothing_written
from tests.policies import allow

pytestmark = pytest.mark.django_db
FULL = {**FEE, "amount": Decimal(900)}
LATER = DAY + timedelta(days=9)
LAST_QUARTER = date(2026, 9, 30)


@pytest.fixture(autouse=True)
def a_thousand_a_quarter(kol):
    kol_verbs.set_figures(kol.pk, stage="initial")
    kol.refresh_from_db()
    allow(initial__nano=(["material"], 1000))


def drafted(kol, **terms) -> IncentivePlan:
    return plans.create(by(kol.owner), kol, {"title": "x"}, [{**FULL, **terms}])


def started(kol, **terms) -> IncentivePlan:
    return approvals.activate(by(kol.owner), drafted(kol, **terms))


def outside(kol, **terms):
    plan = drafted(kol, **terms)
    nothing_written(lambda: approvals.activate(by(kol.owner), plan), Refused, "outside_policy")


def test_what_was_given_counts_though_its_plan_is_stopped(kol, operator):
    plan = started(kol, due_on=LATER)
    giving.give(by(operator), plan.items.get())
    plans.stop(by(operator), plan)
    outside(kol, amount=Decimal(101))
    assert started(kol, amount=Decimal(100)).state == "active"


def test_what_was_due_and_given_before_the_stop_counts_once(kol, operator):
    plan = started(kol)
    giving.give(by(operator), plan.items.get())
    plans.stop(by(operator), plan)
    assert started(kol, amount=Decimal(100)).state == "active"


def test_a_past_day_opens_no_old_quarter(kol):
    """Neither at once, nor by one plan after another."""
    outside(kol, due_on=LAST_QUARTER, amount=Decimal(1001))
    started(kol, due_on=LAST_QUARTER)
    outside(kol, due_on=LAST_QUARTER)
    outside(kol)


def test_what_is_given_without_a_plan_is_inside_policy_or_a_plan(kol, manager):
    for told in ({"amount": Decimal(1001)}, {"kind": "privilege", "amount": Decimal(1), "form": "other"}):
        values = {**MONEY, **told}
        nothing_written(
            lambda values=values: ledger.enter(by(manager), kol, values), Refused, "outside_policy"
        )
    ledger.enter(by(manager), kol, {**MONEY, "amount": Decimal(600), "given_on": LAST_QUARTER})
    for given_on in (DAY, LAST_QUARTER):
        values = {**MONEY, "amount": Decimal(401), "given_on": given_on}
        nothing_written(
            lambda values=values: ledger.enter(by(manager), kol, values), Refused, "outside_policy"
        )
    outside(kol, amount=Decimal(401))
    assert started(kol, amount=Decimal(400)).state == "active"


def test_what_was_taken_back_counts_no_more(kol, manager):
    row = ledger.enter(by(manager), kol, {**MONEY, "amount": Decimal(900)})
    ledger.reverse(by(manager), row, "never sent")
    assert started(kol).state == "active"
