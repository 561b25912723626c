"""What was given by kind and by pay model, and what came back from those who got it (DOMAIN 6.7).

A value is not brought back by one kind alone: the ratio is that of the KOLs who got it, over all they got.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from incentives import returns
from incentives.models import Entry, Kind, Pay
from incentives.rules.payback import add, ratio
from incentives.totals import WITHOUT_RATE
from kol_crm.core import exact, installation


@dataclass
class Group:
    """``given`` None: a part of it is not converted. ``all_given`` and ``returned`` are of its KOLs."""

    key: str
    label: Any
    entries: int = 0
    given: Decimal | None = Decimal(0)
    kols: set[UUID] = field(default_factory=set)
    all_given: Decimal | None = Decimal(0)
    returned: Decimal = Decimal(0)

    @property
    def ratio(self) -> Decimal | None:
        return ratio(self.all_given, self.returned)

    def as_json(self) -> dict[str, Any]:
        amounts = {"given": self.given, "all_given": self.all_given, "returned": self.returned}
        told = {name: None if value is None else str(value) for name, value in amounts.items()}
        counts = {"key": self.key, "entries": self.entries, "kols": len(self.kols)}
        return counts | told | {"ratio": None if self.ratio is None else str(self.ratio)}


def by_kind_and_pay(kols: QuerySet, first: date, day: date) -> tuple[list[Group], list[Group]]:
    """Entries given from ``first`` to ``day`` that were not reversed; one without a plan has no pay model."""
    kinds = {value: Group(value, label) for value, label in Kind.choices}
    pays = {value: Group(value, label) for value, label in Pay.choices}
    base = installation.currency()
    for kol, kind, pay, into, lacks_rate, times, worth in _entries(kols, first, day):
        amount = None if lacks_rate or into != base else exact.amount(worth)
        for group in filter(None, (kinds[kind], pays.get(pay))):
            group.entries += times
            group.given = add((group.given, amount))
            group.kols.add(kol)
    flows = returns.flows_of(_given(kols, first, day).values("kol"), day)
    sums = {kol: (_since(one.given, first), _since(one.returned, first)) for kol, one in flows.items()}
    for group in (*kinds.values(), *pays.values()):
        told = [sums[kol] for kol in group.kols if kol in sums]
        group.all_given = add(given for given, _returned in told)
        group.returned = add(returned for _given, returned in told) or Decimal(0)
    return ([one for one in kinds.values() if one.entries], [one for one in pays.values() if one.entries])


def _entries(kols: QuerySet, first: date, day: date):
    keys = ("kol", "kind", "item__pay", "converted_to", "lacks_rate")
    rows = _given(kols, first, day).annotate(lacks_rate=WITHOUT_RATE).order_by().values(*keys)
    summed = rows.annotate(times=Count("pk"), worth=exact.total("converted"))
    return summed.values_list(*keys, "times", "worth")


def _given(kols: QuerySet, first: date, day: date) -> QuerySet:
    return Entry.objects.costs().standing().filter(kol__in=kols, given_on__range=(first, day))


def _since(amounts: returns.Amounts, first: date) -> Decimal | None:
    return add(amount for month, amount in amounts.items() if month >= first.replace(day=1))
