"""A ledger for tests: who acts, a running plan, what was given."""

from datetime import date
from decimal import Decimal

import pytest

from incentives.models import Entry, ExchangeRate, Payout, PayoutBatch
from incentives.services import ledger, plan, plan_approval
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, uuid7
from lifecycle.services import stop
from tests.factories import NOW
from tests.policies import allow_everything

DAY = NOW.date()
FEE = {"kind": "material", "what": "Fee", "amount": Decimal("1280.50"), "currency": "CNY", "due_on": DAY}
BADGE = {"kind": "spiritual", "what": "Badge"}
MONEY = {"kind": "material", "form": "money", "what": "Fee"}


def by(user, at=NOW):
    return Actor(user, "page", at)


def running(kol, *items):
    """The items of an active plan, in their order."""
    allow_everything()
    made = plan.create(by(kol.owner), kol, {"title": "Winter"}, list(items))
    plan_approval.activate(by(kol.owner), made)
    return list(made.items.select_related("plan__kol"))


def entry(kol, amount="100", currency="CNY", **values) -> Entry:
    """Past the verb's right: the system entered it."""
    facts = {**MONEY, "amount": Decimal(amount), "currency": currency, **values}
    return ledger.enter(Actor(None, "job", NOW), kol, facts)


def rate(currency, worth, day=date(2026, 1, 1)) -> ExchangeRate:
    return ExchangeRate.objects.create(
        id=uuid7(), currency=currency, base="CNY", day=day, rate=worth, note="PBOC", created_at=NOW
    )


def stopped(kol):
    return stop.for_breach(by(kol.owner), kol, "streamed elsewhere")


def standing():
    models = (Entry, Payout, PayoutBatch, ExchangeRate)
    return [list(model.objects.order_by("pk").values()) for model in models], Change.objects.count()


def nothing_written(act, error, code="", field=""):
    """The refusal, and that the ledger stands as it stood."""
    before = standing()
    with pytest.raises(error) as refused:
        act()
    assert standing() == before
    if code:
        assert refused.value.code == code
    if field:
        assert list(refused.value.message_dict) == [field]
    return refused.value
