"""Totals of entries for any filter: per currency, converted, and what no rate converts (DOMAIN 6.3)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from incentives.models import Entry
from kol_crm.core import exact

WITHOUT_RATE = ExpressionWrapper(Q(rate=None), BooleanField())


@dataclass(frozen=True)
class Total:
    """One currency: its sum, what of it is converted, and how many entries no rate converts."""

    currency: str
    amount: Decimal
    unconverted: Decimal
    entries: int
    without_rate: int


@dataclass(frozen=True)
class Totals:
    """``converted``: into each currency in which the installation reckoned when the entries were written."""

    currencies: list[Total]
    converted: dict[str, Decimal]

    @property
    def entries(self) -> int:
        return sum(one.entries for one in self.currencies)

    @property
    def without_rate(self) -> int:
        return sum(one.without_rate for one in self.currencies)

    def as_json(self) -> dict:
        return {
            "currencies": [vars(one) for one in self.currencies],
            "converted": [
                {"currency": currency, "amount": amount} for currency, amount in self.converted.items()
            ],
        }


def of(entries: QuerySet) -> Totals:
    """Exact, in one query, reversals taken off; ``entries`` filtered as one likes."""
    # by their keys: what a filter joins or annotates must neither double nor split a sum
    rows = Entry.objects.filter(pk__in=entries.order_by().values("pk")).order_by("currency", "converted_to")
    groups = rows.annotate(without_rate=WITHOUT_RATE).values("currency", "converted_to", "without_rate")
    sums = groups.annotate(units=exact.total("amount"), worth=exact.total("converted"), times=Count("pk"))
    found: dict[str, Total] = {}
    converted: dict[str, Decimal] = {}
    for row in sums:
        known = found.get(row["currency"], Total(row["currency"], Decimal(0), Decimal(0), 0, 0))
        amount, without_rate = exact.amount(row["units"]), row["without_rate"]
        found[row["currency"]] = Total(
            row["currency"],
            known.amount + amount,
            known.unconverted + (amount if without_rate else 0),
            known.entries + row["times"],
            known.without_rate + (row["times"] if without_rate else 0),
        )
        if not without_rate:
            into = row["converted_to"]
            converted[into] = converted.get(into, Decimal(0)) + exact.amount(row["worth"])
    return Totals(list(found.values()), converted)
