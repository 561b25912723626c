"""Figures of incentives that pages put together: sums of plans, and what a row says of one."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from incentives import given_items
from incentives.models import Pay, PlanItem


@dataclass(frozen=True)
class Totals:
    """What items come to in all, per currency, never converted; ``is_open``: of one nobody can say."""

    sums: dict[str, Decimal]
    is_open: bool = False


def totals(items: Iterable[PlanItem]) -> Totals:
    """All that falls due under the items: every period, the results expected, a share at its cap; items
    without an amount count nothing.
    """
    sums: dict[str, Decimal] = defaultdict(Decimal)
    is_open = False
    for item in items:
        most = given_items.most_of(item)
        if most is not None:
            sums[item.currency] += most
        elif item.currency or item.pay == Pay.SHARE:
            is_open = True
    return Totals(dict(sums), is_open)


@dataclass(frozen=True)
class Summary:
    """A plan in a row: its kinds, what it comes to, and the first date still ahead (else the last)."""

    kinds: list[str]
    totals: Totals
    due_on: date | None


def summary(items: Iterable[PlanItem], day: date) -> Summary:
    """What a row of the list says about the items of a plan on ``day``."""
    items = list(items)
    kinds = list(dict.fromkeys(item.get_kind_display() for item in items))
    dates = sorted(item.due_on for item in items if item.due_on)
    due_on = next((due for due in dates if due >= day), dates[-1] if dates else None)
    return Summary(kinds, totals(items), due_on)
