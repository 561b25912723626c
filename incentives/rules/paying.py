"""When the items of a plan fall due, and what then (DOMAIN 6.2); pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

BUYOUT, SHARE, PER_RESULT, CONTINUOUS = "buyout", "profit_share", "per_result", "continuous"
MONTHS = {"month": 1, "quarter": 3}
WEEK = timedelta(days=7)


class Quarter(NamedTuple):
    """A calendar quarter."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    @property
    def after(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    def __str__(self):
        return f"Q{self.number} {self.year}"


@dataclass(frozen=True)
class Terms:
    """What an item is paid: see ``PlanItem`` for the fields."""

    pay: str = BUYOUT
    amount: Decimal | None = None
    currency: str = ""
    cap: Decimal | None = None
    expected: int | None = None
    period: str = ""
    due_on: date | None = None
    ends_on: date | None = None


class Due(NamedTuple):
    """One payment; ``amount`` None: nobody can say what it will come to."""

    day: date
    amount: Decimal | None


def dues_of(terms: Terms, undated: date) -> list[Due]:
    """What falls due and when; nothing where no money is named. Without a day it is due on ``undated``.

    A share counts at its cap, a result as often as it is expected.
    """
    day = terms.due_on or undated
    if terms.pay == SHARE:
        return [Due(day, terms.cap)]
    if terms.amount is None:
        return []
    if terms.pay == PER_RESULT:
        return [Due(day, None if terms.expected is None else terms.amount * terms.expected)]
    if terms.pay == CONTINUOUS:
        return [Due(day, terms.amount) for day in _days(day, terms.period, terms.ends_on or day)]
    return [Due(day, terms.amount)]


def _days(first: date, period: str, last: date) -> Iterator[date]:
    """The first day and each one a period later, the 31st on the last day of shorter months."""
    step, day = 0, first
    while day <= last:
        yield day
        step += 1
        day = first + WEEK * step if period == "week" else _months_on(first, MONTHS[period] * step)


def _months_on(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + years, month + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))
