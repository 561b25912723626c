"""Return by month since the entry into initial, and when it paid back (DOMAIN 6.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

ZERO, HUNDREDTH = Decimal(0), Decimal("0.01")
Amounts = Mapping[date, Decimal | None]  # by the first day of the month; None: of that month it is unknown


@dataclass(frozen=True)
class Month:
    """``place`` months after the entry; sums since the beginning. None: unknown, or not over yet."""

    place: int
    first: date
    given: Decimal | None
    returned: Decimal | None
    sum_given: Decimal | None
    sum_returned: Decimal | None
    is_over: bool = True

    @property
    def ratio(self) -> Decimal | None:
        return ratio(self.sum_given, self.sum_returned)

    @property
    def is_paid_back(self) -> bool:
        """Something was given by now and as much came back. Of nothing given there is nothing to pay back."""
        if not self.sum_given or self.sum_returned is None:
            return False
        return self.sum_returned >= self.sum_given

    def as_json(self) -> dict[str, Any]:
        told = ("given", "returned", "sum_given", "sum_returned", "ratio")
        amounts = {name: getattr(self, name) for name in told}
        return {
            "month": self.place,
            "first_day": self.first,
            "is_over": self.is_over,
            **{name: None if value is None else str(value) for name, value in amounts.items()},
        }


def ratio(given: Decimal | None, returned: Decimal | None) -> Decimal | None:
    """Value ÷ given, to the hundredth; None where nothing was given or one of them is unknown."""
    if not given or returned is None:
        return None
    return (returned / given).quantize(HUNDREDTH, ROUND_HALF_UP)


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date, count: int = 1) -> date:
    place = month.year * 12 + month.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)


def months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def by_month(entered: date, day: date, given: Amounts, returned: Amounts) -> list[Month]:
    """From the month of the entry (0) to the present one, which is blank as it is not over.

    What was given or came back before the entry counts into the sums from month 0 on.
    """
    start, present = month_of(entered), month_of(day)
    so_far = [total_of(one, lambda month: month < start) for one in (given, returned)]
    found = []
    for place in range(months_between(start, present) + 1):
        first = month_after(start, place)
        if first >= present:
            found.append(Month(place, first, None, None, None, None, is_over=False))
            break
        of_month = (given.get(first, ZERO), returned.get(first, ZERO))
        so_far = [_plus(total, one) for total, one in zip(so_far, of_month, strict=True)]
        found.append(Month(place, first, *of_month, *so_far))
    return found


def total_of(amounts: Amounts, wanted) -> Decimal | None:
    """The sum over the months wanted; None as soon as one of them is unknown."""
    return add(amount for month, amount in amounts.items() if wanted(month))


def add(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; unknown is never taken as zero."""
    total: Decimal | None = ZERO
    for amount in amounts:
        total = _plus(total, amount)
    return total


def _plus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other


def payback(months: Iterable[Month]) -> Month | None:
    """The first month that is over in which the value so far reached what was given; None: not yet."""
    return next((one for one in months if one.is_over and one.is_paid_back), None)
