"""Buyout or share for one KOL, by what their own campaigns brought in (DOMAIN 6.4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from incentives import given_items, rates
from incentives.models import Campaign, IncentivePlan, Participant, Pay, PlanItem, PlanJudgement, Result
from incentives.rules import break_even as rules
from incentives.rules.break_even import BreakEven, Scenario, Share
from kol_crm.core import installation


@dataclass(frozen=True)
class Past:
    """What one campaign of this KOL brought in; ``campaign`` None: the reader does not see it."""

    campaign: UUID | None
    name: str
    day: date
    sales: Decimal

    def as_json(self) -> dict[str, Any]:
        told = {"campaign": self.campaign, "name": self.name, "last_day": self.day}
        return told | {"sales": str(self.sales)}


@dataclass(frozen=True)
class LeftOut:
    """A campaign of which no rate converts some paid amount; ``campaign`` as in ``Past``."""

    campaign: UUID | None
    name: str
    day: date

    def as_json(self) -> dict[str, Any]:
        return {"campaign": self.campaign, "name": self.name, "last_day": self.day}


@dataclass(frozen=True)
class History:
    """The latest first."""

    told: list[Past]
    left_out: list[LeftOut]

    @property
    def sales(self) -> Decimal | None:
        """Of all of them; None is unknown: a part would pass for less than there was."""
        return None if self.left_out else sum((one.sales for one in self.told), Decimal(0))


@dataclass(frozen=True)
class Calculation:
    """The break-even with its parts, and the scenarios from the history that is listed."""

    currency: str
    fee: Decimal
    share: Share
    break_even: BreakEven
    scenarios: list[Scenario]
    history: list[Past]
    left_out: list[LeftOut]

    def as_json(self) -> dict[str, Any]:
        return {
            "currency": self.currency,
            "break_even": self.break_even.as_json(),
            "scenarios": [one.as_json() for one in self.scenarios],
            "history": [one.as_json() for one in self.history],
            "left_out": [one.as_json() for one in self.left_out],
        }


def calculate(kol: UUID, fee: Decimal, share: Share, currency: str, reader: Any) -> Calculation:
    """As ``reader`` may know it. Three queries."""
    history = history_of(kol, currency, reader)
    told = rules.scenarios([one.sales for one in history.told], fee, share)
    break_even = rules.break_even(fee, share)
    return Calculation(currency, fee, share, break_even, told, history.told, history.left_out)


def history_of(
    kol: UUID, currency: str, reader: Any, since: date | None = None, until: date | None = None
) -> History:
    """Paid amounts by campaign in ``currency``; campaigns that ``reader`` does not see count without a name.

    Those in others count only where it is the installation's, at the rate of their day; what no rate converts
    is left out, and with it the whole campaign: a part of it would pass for less than there was.
    """
    joined = Participant.objects.of_files([kol])  # what was merged into it too
    rows = Result.objects.standing().filter(participant__in=joined, paid_amount__isnull=False)
    if since is not None:
        rows = rows.filter(last_on__gte=since)
    if until is not None:
        rows = rows.filter(last_on__lte=until)
    found = list(
        rows.order_by("last_on", "id").values_list(
            "participant__campaign", "last_on", "paid_amount", "currency"
        )
    )
    known = rates.load({row[-1] for row in found}) if currency == installation.currency() else None
    sums: dict[UUID, list[Decimal | None]] = defaultdict(list)
    days: dict[UUID, date] = {}
    for campaign, day, amount, of in found:
        same = amount if of == currency else None
        sums[campaign].append(known.convert(amount, of, day) if known and same is None else same)
        days[campaign] = day
    names = dict(Campaign.objects.visible_to(reader).filter(pk__in=sums).values_list("pk", "name"))
    history = History([], [])
    for campaign, day in sorted(days.items(), key=itemgetter(1), reverse=True):
        shown = campaign if campaign in names else None
        name = names.get(campaign) or _("A campaign of another team")
        amounts = [one for one in sums[campaign] if one is not None]
        if len(amounts) < len(sums[campaign]):
            history.left_out.append(LeftOut(shown, name, day))
        else:
            history.told.append(Past(shown, name, day, sum(amounts, Decimal(0))))
    return history


@dataclass(frozen=True)
class Actual:
    """What came of a share: sales since the plan started, what its terms make of them, what was given.

    ``sales``, ``due`` None: unknown, for of the campaigns ``left_out`` no rate converts the paid amounts.
    """

    item: PlanItem
    sales: Decimal | None
    due: Decimal | None
    given: Decimal
    expected: Decimal | None
    left_out: list[LeftOut]


def share_of(item: PlanItem) -> Share:
    return Share(item.rate or Decimal(0), item.floor or Decimal(0), item.cap)


def actual_of(plan: IncentivePlan, day: date, reader: Any) -> list[Actual]:
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
        since = history_of(plan.kol_id, currency, reader, first, last)
        due = None if since.sales is None else share.of(since.sales)
        past = history_of(plan.kol_id, currency, reader, until=first)
        before = [one.sales for one in past.told if one.day < first]
        told = {one.name: one.paid for one in rules.scenarios(before, Decimal(0), share)}
        expected = told.get(rules.NORMAL)
        found.append(Actual(item, since.sales, due, given[item.pk].amount, expected, since.left_out))
    return found
