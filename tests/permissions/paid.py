"""What incentives hold of a file of the world: a due fee, an item of its plan, an adjustment, a gift."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from incentives.models import Entry, IncentivePlan
from incentives.services import gift, ledger, strategy
from kol_crm.core.actor import Actor
from profiles.models import Kol
from tests.factories import NOW


def rows_of(kol: Kol, plan: IncentivePlan, mark: str) -> dict[str, Any]:
    """By what URLs call them."""
    actor = Actor(None, "job", NOW - timedelta(minutes=2))
    fee = {"kind": "material", "form": "money", "what": f"{mark} fee", "amount": Decimal(8642)}
    entry: Entry = ledger.enter(actor, kol, {**fee, "note": f"{mark} paid note"})
    words = {"what": f"{mark} change", "why": f"{mark} cause", "expected": f"{mark} hope"}
    adjusted = strategy.decide(actor.again(), kol, words)
    told = {"item": f"{mark} tea", "note": f"{mark} leaves", "amount": Decimal(88)}
    given = gift.suggest(actor.again(), kol, told)
    return {
        "entry": entry,
        "payout": entry,
        "item": plan.items.get(),
        "strategy": adjusted,
        "gift": given,
    }
