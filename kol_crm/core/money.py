"""Money: ISO 4217 currencies in use, and exact amounts in them."""

from decimal import Decimal
from functools import cache
from itertools import chain

from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_precision
from django.utils.translation import gettext as _

USUAL = ("CNY", "USD", "EUR", "JPY", "HKD", "TWD", "SGD", "KRW", "GBP")


@cache
def currencies() -> frozenset[str]:
    """Codes that are tender somewhere today."""
    rows = chain.from_iterable(get_global("territory_currencies").values())
    return frozenset(code for code, _since, until, tender in rows if tender and not until)


@cache
def choices(locale: str) -> list[tuple[str, str]]:
    """Code and name of each currency: the usual ones first, then by code."""
    names = Locale.parse(locale).currencies
    others = sorted(currencies() - set(USUAL))
    return [(code, f"{code} {names.get(code, '')}".strip()) for code in (*USUAL, *others)]


def problem_of_currency(code: str) -> str:
    """What is wrong with a currency code; empty when nothing is."""
    return (
        "" if code in currencies() else _("%(code)s is not the code of a currency in use.") % {"code": code}
    )


def problem_of_amount(amount: Decimal, currency: str) -> str:
    """What is wrong with an amount of a known currency; empty when nothing is. Never rounds."""
    if not amount.is_finite():
        return _("Enter a number.")
    if amount < 0:
        return _("An amount cannot be negative.")
    places = get_currency_precision(currency)
    if amount != amount.quantize(Decimal(1).scaleb(-places)):
        return _("%(currency)s has %(places)s decimal places.") % {"currency": currency, "places": places}
    return ""
