"""What KOLs were given by month: entries and slots at list value, each counted once (DOMAIN 6.7)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import TruncMonth

from incentives import rates
from incentives.models import Entry
from incentives.totals import WITHOUT_RATE
from kol_crm.core import exact, installation
from lifecycle.models import Booking

Kols = Collection[UUID] | QuerySet
Span = tuple[date, date]  # both days counted


@dataclass
class Month:
    """In the installation's currency; ``unconverted`` per currency holds what no dated rate converts."""

    money: Decimal = Decimal(0)
    goods: Decimal = Decimal(0)
    other: Decimal = Decimal(0)
    slots: Decimal = Decimal(0)
    unconverted: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def converted(self) -> Decimal:
        return self.money + self.goods + self.other + self.slots

    @property
    def is_whole(self) -> bool:
        """Whether everything is converted: else the sum is not known."""
        return not any(self.unconverted.values())


Given = dict[tuple[UUID, date], Month]


def given(kols: Kols, span: Span) -> Given:
    """Per KOL and first day of the month, months in which nothing was given left out; net of reversals.

    A slot counts on the day from which it was used, at list value; an entry that says the same in another
    form than money or goods is left out, so that nothing is counted twice. A fixed number of queries.
    """
    found: Given = defaultdict(Month)
    base = installation.currency()
    for kol, month, form, currency, units, worth in _entries(kols, span, base):
        row = found[kol, month]
        if worth is None:
            row.unconverted[currency] += exact.amount(units)
        else:
            setattr(row, form, getattr(row, form) + exact.amount(worth))
    for (kol, day, form, currency, amount), worth in _of_another_base(kols, span, base):
        row = found[kol, day.replace(day=1)]
        if worth is None:
            row.unconverted[currency] += amount
        else:
            setattr(row, form, getattr(row, form) + worth)
    slots = list(_slots(kols, span))
    worths = rates.convert_many((value, currency, day) for _kol, day, currency, value in slots)
    for (kol, day, currency, value), worth in zip(slots, worths, strict=True):
        row = found[kol, day.replace(day=1)]
        if worth is None:
            row.unconverted[currency] += value
        else:
            row.slots += worth
    return dict(found)


def _entries(kols: Kols, span: Span, base: str):
    rows = Entry.objects.costs().filter(kol__in=kols, given_on__range=span, converted_to=base)
    rows = rows.annotate(month=TruncMonth("given_on"), without_rate=WITHOUT_RATE)
    keys = ("kol", "month", "form", "currency", "without_rate")
    sums = rows.order_by(*keys).values(*keys)
    sums = sums.annotate(units=exact.total("amount"), worth=exact.total("converted"))
    return sums.values_list("kol", "month", "form", "currency", "units", "worth")


def _of_another_base(kols: Kols, span: Span, base: str):
    """What was converted into the currency of an earlier day, with its worth in ``base`` at the rate of its
    day."""
    rows = Entry.objects.costs().filter(kol__in=kols, given_on__range=span).exclude(converted_to=base)
    keys = ("kol", "given_on", "form", "currency")
    sums = rows.order_by(*keys).values(*keys).annotate(units=exact.total("amount"))
    found = [(*row[:-1], exact.amount(row[-1])) for row in sums.values_list(*keys, "units")]
    return zip(found, rates.convert_many((row[4], row[3], row[1]) for row in found), strict=True)


def _slots(kols: Kols, span: Span) -> Iterator[tuple[UUID, date, str, Decimal]]:
    rows = Booking.objects.used().filter(kol__in=kols, used_on__range=span)
    sums = rows.order_by("kol", "used_on", "currency").values("kol", "used_on", "currency")
    for row in sums.annotate(units=exact.total("value")):
        yield row["kol"], row["used_on"], row["currency"], exact.amount(row["units"])
