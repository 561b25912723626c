"""Amounts in small tables (DOMAIN 5.5, 6.3, 6.5); no database."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from lifecycle.tables import amount


@pytest.mark.parametrize(
    ("cell", "currency"), [("1,280.50", "USD"), ("¥1,280.50", "CNY"), ("¥ 1280.5", " jpy")]
)
def test_thousands_are_set_apart_and_yuan_and_yen_have_their_sign(cell, currency):
    assert amount(cell, currency) == Decimal("1280.5")


@pytest.mark.parametrize(
    ("cell", "currency"),
    [("¥900", "USD"), ("NaN", "CNY"), ("Infinity", "CNY"), ("", "CNY"), ("9 or 10", "EUR")],
)
def test_what_is_no_amount_of_the_currency_is_refused(cell, currency):
    with pytest.raises(ValidationError):
        amount(cell, currency)
