"""What each verb of the ledger does in the small world; payouts are made by an admin."""

from collections.abc import Callable
from typing import Any

from incentives.models import Entry, IncentivePlan
from incentives.services import confirming, giving, ledger, payout, rate
from kol_crm.core.actor import Actor
from tests.factories import NOW
from tests.permissions.world import World

MONEY = {"kind": "material", "form": "money", "what": "Fee", "amount": 5}
RATE = {"currency": "USD", "day": NOW.date(), "rate": "7.1", "note": "PBOC"}


def _entry(world: World) -> Entry:
    return world.file.introduced["entry"]


def _give(actor: Actor, world: World) -> Entry:
    IncentivePlan.objects.filter(pk=world.file.plan.pk).update(state="active")
    return giving.give(actor, world.file.introduced["item"])


def _retry(actor: Actor, world: World):
    payout.fail(actor.again(), _entry(world), "closed")
    return payout.retry(actor, _entry(world))


def _confirm(actor: Actor, world: World):
    entry = _entry(world)
    row = {"entry": str(entry.pk), "state": "paid", "on": NOW.date(), "reference": "B7"}
    return confirming.confirm(actor, [row | {"amount": entry.amount, "currency": entry.currency}])


VERBS: dict[str, Callable[[Actor, World], Any]] = {
    "incentives.services.ledger.enter": lambda by, w: ledger.enter(by, w.file.kol, MONEY),
    "incentives.services.ledger.reverse": lambda by, w: ledger.reverse(by, _entry(w), "twice"),
    "incentives.services.giving.give": _give,
    "incentives.services.payout.pay": lambda by, w: payout.pay(by, _entry(w)),
    "incentives.services.payout.fail": lambda by, w: payout.fail(by, _entry(w), "closed"),
    "incentives.services.payout.retry": _retry,
    "incentives.services.payout.hand_out": lambda by, _w: payout.hand_out(by, Entry.objects.all()),
    "incentives.services.confirming.confirm": _confirm,
    "incentives.services.rate.add": lambda by, _w: rate.add(by, RATE),
}
TWO_STEPS = {"incentives.services.giving.give"}
OF_ADMINS = set(VERBS) - TWO_STEPS
WITHIN = {
    "incentives.services.ledger.open_file",
    "incentives.services.ledger.demand_another",
    "incentives.services.ledger.write",  # by enter and give
    "incentives.services.payout.demand_payer",
    "incentives.services.confirming.check",  # looks only
}
