"""Sums of money that are exact on both engines: SQLite would add decimals up as binary fractions."""

from decimal import Decimal

from django.db.models import BigIntegerField, Expression, F, Sum
from django.db.models.functions import Cast, Round

PLACES = 3
UNIT = 10**PLACES


def thousandths(column: str) -> Cast:
    """The amount in whole thousandths, for sums and comparisons within the database."""
    return Cast(Round(F(column) * UNIT), BigIntegerField())


def total(column: str, **options) -> Expression:
    """The sum of a column in thousandths; ``amount`` gives it back as money."""
    return Sum(thousandths(column), **options)


def amount(units: int | Decimal | None) -> Decimal:
    """A sum in thousandths as the exact amount; no rows are 0."""
    return Decimal(int(units or 0)).scaleb(-PLACES)
