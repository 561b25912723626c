"""Buyout or share for one KOL, by what their own campaigns brought in (DOMAIN 6.4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from incentives import given_items, rates
from incentives.models import IncentivePlan, Pay, PlanItem, PlanJudgement, Result
from incentives.rules import break_even as rules
from incentives.rules.break_even import BreakEven, Scenario, Share
from kol_crm.core import installation


@dataclass(frozen=True)
class Past:
    """What one campaign of this KOL brought in."""

    campaign: UUID
    name: str
    day: date
    sales: Decimal

    def as_json(self) -> dict[str, Any]:
        told = {"campaign": self.campaign, "name": self.name, "last_day": self.day}
        return told | {"sales": str(self.sales)}


@dataclass(frozen=True)
class Calculation:
    """The break-even with its parts, and the scenarios from the history that is listed."""

    currency: str
    fee: Decimal
    share: Share
    break_even: BreakEven
    scenarios: list[Scenario]
    history: list[Past]

    def as_json(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "break_even": self.break_even.as_json(),
            "scenarios": [one.as_json() for one in self.scenarios],
            "history": [one.as_json() for one in self.history],
        }


def calculate(kol: UUID, fee: Decimal, share: Share, currency: str) -> Calculation:
    """Two queries."""
    history = history_of(kol, currency)
    told = rules.scenarios([one.sales for one in history], fee, share)
    return Calculation(currency, fee, share, rules.break_even(fee, share), told, history)


def history_of(kol: UUID, currency: str, since: date | None = None, until: date | None = None) -> list[Past]:
    """Paid amounts by campaign, the latest first, in ``currency``.

    Those in others count only where it is the installation's, at the rate of their day; what no rate converts
    is left out, and with it the whole campaign: a part of it would pass for less than there was.
    """
    rows = Result.objects.standing().filter(participant__kol=kol, paid_amount__isnull=False)
    if since is not None:
        rows = rows.filter(last_on__gte=since)
    if until is not None:
        rows = rows.filter(last_on__lte=until)
    found = list(
        rows.order_by("last_on", "id").values_list(
            "participant__campaign", "participant__campaign__name", "last_on", "paid_amount", "currency"
        )
    )
    known = rates.load({row[-1] for row in found}) if currency == installation.currency() else None
    sums: dict[UUID, list[Decimal | None]] = defaultdict(list)
    told: dict[UUID, tuple[str, date]] = {}
    for campaign, name, day, amount, of in found:
        same = amount if of == currency else None
        sums[campaign].append(known.convert(amount, of, day) if known and same is None else same)
        told[campaign] = (name, day)
    whole = [
        Past(campaign, *told[campaign], sum((one for one in amounts if one is not None), Decimal(0)))
        for campaign, amounts in sums.items()
        if None not in amounts
    ]
    return sorted(whole, key=lambda one: one.day, reverse=True)


@dataclass(frozen=True)
class Actual:
    """What came of a share: sales since the plan started, what its terms make of them, what was given."""

    item: PlanItem
    sales: Decimal
    due: Decimal
    given: Decimal
    expected: Decimal | None

    def as_json(self) -> dict[str, Any]:
        told = {"sales": self.sales, "due": self.due, "given": self.given, "expected": self.expected}
        amounts = {name: None if value is None else str(value) for name, value in told.items()}
        return {"item": self.item.pk, "what": self.item.what, "currency": self.item.currency, **amounts}


def share_of(item: PlanItem) -> Share:
    return Share(item.rate or Decimal(0), item.floor or Decimal(0), item.cap)


def actual_of(plan: IncentivePlan, day: date) -> list[Actual]:
    """Of each share of a plan that started; ``expected``: what campaigns before it let one expect."""
    started = plan.judgements.filter(act=PlanJudgement.Act.STARTED).order_by("at").first()
    if started is None:
        return []
    first = installation.day(started.at)
    last = min(day, installation.day(plan.ended_at)) if plan.ended_at else day
    items = [item for item in plan.items.all() if item.pay == Pay.SHARE]
    given = given_items.of(items)
    found = []
    for item in items:
        currency = item.currency or installation.currency()
        share = share_of(item)
        sales = sum((one.sales for one in history_of(plan.kol_id, currency, first, last)), Decimal(0))
        before = [one.sales for one in history_of(plan.kol_id, currency, until=first) if one.day < first]
        told = {one.name: one.paid for one in rules.scenarios(before, Decimal(0), share)}
        found.append(Actual(item, sales, share.of(sales), given[item.pk].amount, told.get(rules.NORMAL)))
    return found
