"""What campaigns brought is worth figures × unit values of their day, exactly (DOMAIN 6.5)."""

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from hypothesis import given
from hypothesis import strategies as st

from incentives.rules.campaign_value import NO_RATE, NO_UNIT_VALUE, Brought, Unit, Worth, lines_of, unit_on

MAY = date(2026, 5, 1)
CENT = Decimal("0.01")
NEW = Unit("new_users", Decimal("12.5"), "CNY", MAY)
ACTIVE = Unit("active_users", Decimal("0.3333"), "CNY", MAY)


def convert(amount, currency, day):
    """Yuan as they are, dollars at 7 from June on."""
    rate = {"CNY": Decimal(1), "USD": Decimal(7) if day >= date(2026, 6, 1) else None}.get(currency)
    return None if rate is None else (amount * rate).quantize(CENT, ROUND_HALF_EVEN)


def worth(rows, units, convert):
    total = Worth()
    for row in rows:
        for line in lines_of(row, units, convert):
            total.add(line)
    return total


def test_value_is_the_sum_of_figures_times_their_unit_values():
    row = Brought("kol", MAY, new_users=4, active_users=10, paid=Decimal("99.90"), currency="CNY")
    found = worth([row], [NEW, ACTIVE], convert)
    assert found.value == Decimal("50.00") + Decimal("3.33") + Decimal("99.90")
    assert (found.new_users, found.active_users, found.paid) == (4, 10, Decimal("99.90"))
    assert found.lacking == []


def test_what_has_no_unit_value_counts_zero_and_is_listed():
    found = worth([Brought("kol", MAY, new_users=4, active_users=2)], [NEW], convert)
    assert found.value == Decimal(50)
    assert [(line.metric, line.figure, line.why) for line in found.lacking] == [
        ("active_users", Decimal(2), NO_UNIT_VALUE)
    ]
    assert found.active_users == 2


def test_a_paid_amount_counts_at_its_dated_rate_and_without_one_zero_and_listed():
    paid = Brought("kol", date(2026, 6, 2), paid=Decimal(10), currency="USD")
    early = Brought("kol", date(2026, 5, 31), paid=Decimal(10), currency="USD")
    found = worth([paid, early], [], convert)
    assert found.value == Decimal("70.00")
    assert [(line.brought, line.why) for line in found.lacking] == [(early, NO_RATE)]


def test_the_unit_value_of_the_day_holds_and_of_one_day_the_later_given():
    first, better = Unit("new_users", Decimal(1), "CNY", MAY), Unit("new_users", Decimal(2), "CNY", MAY)
    june = Unit("new_users", Decimal(3), "CNY", date(2026, 6, 1))
    assert unit_on([first, better, june], "new_users", date(2026, 5, 31)) is better
    assert unit_on([first, better, june], "new_users", date(2026, 6, 1)) is june
    assert unit_on([first, better, june], "new_users", date(2026, 4, 30)) is None


def test_nothing_brought_is_nothing_missing():
    assert worth([Brought("kol", MAY, new_users=0, paid=Decimal(0), currency="USD")], [], convert).lines == []


money = st.decimals(0, 10**9, places=2, allow_nan=False, allow_infinity=False)
rows = st.builds(
    Brought,
    who=st.just("kol"),
    day=st.integers(0, 60).map(lambda n: MAY + timedelta(days=n)),
    new_users=st.none() | st.integers(0, 10**7),
    active_users=st.none() | st.integers(0, 10**7),
    paid=st.none() | money,
    currency=st.sampled_from(["CNY", "USD", "EUR"]),
)


@given(st.lists(rows, max_size=12), st.lists(st.sampled_from([NEW, ACTIVE]), max_size=2, unique=True))
def test_the_whole_is_exactly_the_sum_of_its_parts_in_whole_cents(found, units):
    whole = worth(found, units, convert)
    assert whole.value == sum((worth([row], units, convert).value for row in found), Decimal(0))
    assert whole.value == sum((line.value for line in whole.lines if line.value is not None), Decimal(0))
    assert whole.value == whole.value.quantize(CENT)
    assert whole.value >= 0


@given(st.lists(rows, max_size=12))
def test_without_unit_values_only_paid_amounts_have_value_and_every_count_is_listed(found):
    whole = worth(found, [], convert)
    assert whole.value == whole.paid
    listed = sum(line.figure for line in whole.lacking if line.why == NO_UNIT_VALUE)
    assert listed == whole.new_users + whole.active_users
