"""How much of the items of plans was given, net of reversals (DOMAIN 6.2, 6.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count

from incentives.counted import terms_of
from incentives.models import Entry, Pay, PlanItem
from incentives.rules.paying import Due, Quarter, dues_of
from kol_crm.core import exact

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Given:
    """``most`` is what may be given in all, None where nothing says it; ``times`` counts what stands;
    ``at_once``: a buyout is given in whole.
    """

    amount: Decimal
    times: int
    most: Decimal | None
    at_once: bool = True

    @property
    def left(self) -> Decimal | None:
        return None if self.most is None else self.most - self.amount

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to give."""
        if self.most is None:
            return self.at_once and self.times > 0
        return self.times > 0 and self.amount >= self.most


def most_of(item: PlanItem) -> Decimal | None:
    """The sum of all that falls due; None where no amount is named or nobody can say what it comes to."""
    return _sum(dues_of(terms_of(item), date.max))


def due_in(item: PlanItem, day: date) -> Decimal | None:
    """The sum of what falls due until the end of the quarter of ``day``, what has no day on it; None as
    ``most_of``.
    """
    dues = dues_of(terms_of(item), day)
    if _sum(dues) is None:
        return None
    last = Quarter.of(day).after.first_day
    return sum((due.amount or NOTHING for due in dues if due.day < last), NOTHING)


def _sum(dues: list[Due]) -> Decimal | None:
    known = [due.amount for due in dues if due.amount is not None]
    return sum(known, NOTHING) if known and len(known) == len(dues) else None


def of(items: Iterable[PlanItem]) -> dict[UUID, Given]:
    """Of each item, in one query."""
    asked = {item.pk: item for item in items}
    standing = Entry.objects.standing().filter(item__in=list(asked)).order_by("item").values("item")
    rows = standing.annotate(units=exact.total("amount"), times=Count("pk"))
    found = {
        pk: (exact.amount(units), times) for pk, units, times in rows.values_list("item", "units", "times")
    }
    return {
        pk: Given(*found.get(pk, (NOTHING, 0)), most_of(item), item.pay == Pay.BUYOUT)
        for pk, item in asked.items()
    }


def next_on(item: PlanItem, given: Given) -> date | None:
    """The day of the first payment that is not given in whole; None without a day, or where all was given.
    Where nobody can say what it comes to, its day until something was given.
    """
    if item.due_on is None:
        return None
    running = NOTHING
    for due in dues_of(terms_of(item), item.due_on):
        if due.amount is None:
            break
        running += due.amount
        if running > given.amount:
            return due.day
    return None if given.times else item.due_on
