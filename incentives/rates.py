"""Converting at dated rates, exactly, or not at all (DOMAIN 6.3)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal

from babel.numbers import get_currency_precision

from incentives.models import Entry, ExchangeRate
from kol_crm.core import installation

OWN = Decimal(1)
EXACT = Context(prec=40)  # no product of an amount and a rate is rounded before its places are
Amount = tuple[Decimal, str, date]


@dataclass(frozen=True)
class Dated:
    """A rate and the day from which it held."""

    rate: Decimal
    day: date


@dataclass(frozen=True)
class Rates:
    """The rates into ``base`` of some currencies, each by day."""

    base: str
    by_currency: dict[str, list[Dated]]

    def at(self, currency: str, day: date) -> Dated | None:
        """The rate of the latest day up to ``day``; None where there is none."""
        if currency == self.base:
            return Dated(OWN, day)
        rows = self.by_currency.get(currency, [])
        place = bisect_right(rows, day, key=lambda row: row.day)
        return rows[place - 1] if place else None

    def convert(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """``amount`` in ``base``, rounded half to even at its places; None where there is no rate."""
        found = self.at(currency, day)
        return None if found is None else rounded(EXACT.multiply(amount, found.rate), self.base)

    def of_entry(self, entry: Entry) -> Decimal | None:
        """What an entry is worth in ``base``: as it was written, or where the installation reckoned in
        another currency then at the rate of its day."""
        if entry.converted_to == self.base:
            return entry.converted
        return self.convert(entry.amount, entry.currency, entry.given_on)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """To the places of the currency, half to even."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), ROUND_HALF_EVEN)


def load(currencies: Iterable[str]) -> Rates:
    """All rates of these currencies into the installation's, in one query (none for its own alone)."""
    base = installation.currency()
    asked = set(currencies) - {base}
    by_currency: dict[str, list[Dated]] = defaultdict(list)
    if asked:
        rows = ExchangeRate.objects.filter(base=base, currency__in=asked).order_by("day", "id")
        for currency, rate, day in rows.values_list("currency", "rate", "day"):
            by_currency[currency].append(Dated(rate, day))
    return Rates(base, dict(by_currency))


def convert_many(amounts: Iterable[Amount]) -> list[Decimal | None]:
    """(amount, currency, day) of many rows, as ``Rates.convert`` has them, in one query."""
    rows = list(amounts)
    known = load({currency for _amount, currency, _day in rows})
    return [known.convert(*row) for row in rows]
