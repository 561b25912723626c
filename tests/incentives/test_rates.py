"""Converting only at a dated rate, exactly, half to even (DOMAIN 6.3)."""

from datetime import date, timedelta
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incentives import rates
from incentives.models import ExchangeRate
from incentives.rates import Dated, Rates
from kol_crm.core.models import uuid7
from tests.factories import NOW

DAY = date(2026, 11, 23)
days = st.dates(date(2024, 1, 1), date(2027, 1, 1))
worth = st.decimals("0.000000001", "99999", places=9)
amounts = st.decimals("-999999999999", "999999999999", places=3)


@pytest.mark.parametrize(
    ("amount", "base", "converted"),
    [("0.125", "CNY", "0.12"), ("0.135", "CNY", "0.14"), ("2.5", "JPY", "2"), ("3.5", "JPY", "4")],
)
def test_half_is_rounded_to_even_at_the_places_of_the_currency(amount, base, converted):
    known = Rates(base, {"USD": [Dated(Decimal(1), DAY)]})
    assert str(known.convert(Decimal(amount), "USD", DAY)) == converted


@given(rows=st.lists(st.tuples(days, worth), unique_by=lambda row: row[0]), amount=amounts, day=days)
def test_the_rate_of_the_latest_day_up_to_then_or_none(rows, amount, day):
    known = Rates("CNY", {"USD": [Dated(rate, on) for on, rate in sorted(rows)]})
    before = [row for row in rows if row[0] <= day]
    found = known.convert(amount, "USD", day)
    if not before:
        assert found is None
        return
    with localcontext(prec=60):
        exact = amount * max(before)[1]
        assert abs(found - exact) <= Decimal("0.005")
        assert found == found.quantize(Decimal("0.01"))


@given(rate=worth, amount=amounts, day=days)
def test_what_is_taken_back_is_worth_what_was_given(rate, amount, day):
    known = Rates("CNY", {"USD": [Dated(rate, date.min)]})
    assert known.convert(amount, "USD", day) + known.convert(-amount, "USD", day) == 0


@pytest.mark.django_db
def test_many_are_converted_in_one_query(django_assert_num_queries):
    for currency, day, rate in (("USD", DAY, "7.1"), ("USD", DAY, "7.2"), ("EUR", DAY, "8")):
        ExchangeRate.objects.create(
            id=uuid7(), currency=currency, base="CNY", day=day, rate=rate, note="PBOC", created_at=NOW
        )
    early = DAY - timedelta(days=1)
    asked = [
        (Decimal(10), "USD", DAY),
        (Decimal(10), "USD", early),
        (Decimal(10), "EUR", DAY + timedelta(days=9)),
        (Decimal(10), "CNY", early),
        (Decimal(10), "GBP", DAY),
    ]
    with django_assert_num_queries(1):
        found = rates.convert_many(asked)
    assert found == [Decimal("72.00"), None, Decimal("80.00"), Decimal("10.00"), None]
