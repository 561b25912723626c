"""Buyout or share, to the cent (DOMAIN 6.4); no database."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from incentives.rules.break_even import (
    AT,
    CENT,
    FIRST,
    NEVER,
    NONE,
    Share,
    break_even,
    scenarios,
)

money = st.decimals(Decimal(0), Decimal("999999999999.99"), places=2)
rates = st.decimals(Decimal("0.01"), Decimal(100), places=2)


def test_a_fee_of_10_000_and_20_percent_are_equal_at_50_000():
    found = break_even(Decimal(10_000), Share(Decimal(20)))
    assert (found.kind, found.sales) == (AT, Decimal(50_000))
    assert {part.key: part.value for part in found.score.parts} == {
        "fee": Decimal(10_000),
        "rate": Decimal(20),
        "floor": Decimal(0),
        "cap": None,
    }


@pytest.mark.parametrize(
    ("share", "kind", "sales"),
    [
        (Share(Decimal(0)), NONE, None),
        (Share(Decimal(20), cap=Decimal("9999.99")), NEVER, None),
        (Share(Decimal(20), cap=Decimal(10_000)), AT, Decimal(50_000)),
        (Share(Decimal(20), floor=Decimal(10_000)), FIRST, Decimal(0)),
        (Share(Decimal(20), floor=Decimal("9999.99")), AT, Decimal(50_000)),
        (Share(Decimal(30)), AT, Decimal("33333.34")),
    ],
    ids=["no rate", "cap below", "cap at the fee", "floor at the fee", "floor below", "between two cents"],
)
def test_where_a_share_reaches_a_fee_of_10_000(share, kind, sales):
    found = break_even(Decimal(10_000), share)
    assert (found.kind, found.sales) == (kind, sales)


@given(money, rates, money, st.none() | money)
def test_at_the_break_even_the_share_pays_the_fee_and_a_cent_of_fee_less_before_it(fee, rate, floor, cap):
    assume(cap is None or floor <= cap)
    share = Share(rate, floor, cap)
    found = break_even(fee, share)
    match found.kind:
        case "at":
            assert share.of(found.sales) >= fee
            assert share.of(max(found.sales - 1, Decimal(0))) <= fee
        case "never":
            assert share.of(Decimal("999999999999.99")) < fee
        case "first":
            assert share.of(Decimal(0)) >= fee


@given(money, money, rates, money, money)
def test_a_share_never_pays_less_for_more_nor_beyond_its_bounds(one, other, rate, floor, above):
    share = Share(rate, floor, floor + above)
    less, more = sorted((one, other))
    assert share.of(less) <= share.of(more)
    assert floor <= share.of(more) <= floor + above
    assert share.of(more) == share.of(more).quantize(CENT)


def test_scenarios_are_the_lowest_middle_and_highest_of_the_history():
    history = [Decimal(60_000), Decimal(20_000), Decimal(50_000), Decimal(50_001)]
    found = scenarios(history, Decimal(10_000), Share(Decimal(20)))
    assert [(one.name, one.sales, one.paid, one.cheaper) for one in found] == [
        ("low", Decimal(20_000), Decimal(4_000), "share"),
        ("usual", Decimal("50000.50"), Decimal("10000.10"), "buyout"),
        ("high", Decimal(60_000), Decimal(12_000), "buyout"),
    ]
    assert scenarios([Decimal(50_000)], Decimal(10_000), Share(Decimal(20)))[0].cheaper == "equal"


def test_without_a_history_there_is_no_scenario():
    assert scenarios([], Decimal(10_000), Share(Decimal(20))) == []
