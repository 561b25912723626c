"""Figures of incentives that pages put together: sums of plans, and what a row says of one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from incentives.models import PlanItem


def totals(items: Iterable[PlanItem]) -> dict[str, Decimal]:
    """Amounts per currency, never converted; items without an amount count nothing."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        if item.amount is not None:
            sums[item.currency] += item.amount
    return dict(sums)


@dataclass(frozen=True)
class Summary:
    """A plan in a row: its kinds, amounts per currency, and the first date still ahead (else the last)."""

    kinds: list[str]
    totals: dict[str, Decimal]
    due_on: date | None


def summary(items: Iterable[PlanItem], day: date) -> Summary:
    """What a row of the list says about the items of a plan on ``day``."""
    items = list(items)
    kinds = list(dict.fromkeys(item.get_kind_display() for item in items))
    dates = sorted(item.due_on for item in items if item.due_on)
    due_on = next((due for due in dates if due >= day), dates[-1] if dates else None)
    return Summary(kinds, totals(items), due_on)
