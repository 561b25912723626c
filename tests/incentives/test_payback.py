"""Return by month and payback (DOMAIN 6.7); no database."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from incentives.rules.payback import by_month, month_after, payback, ratio

ENTERED, TODAY = date(2026, 1, 17), date(2026, 6, 9)
JAN, FEB, MAR, APR, MAY, JUN = (date(2026, month, 1) for month in range(1, 7))
amounts = st.decimals(Decimal(0), Decimal("99999999.99"), places=2)
series = st.dictionaries(st.sampled_from([JAN, FEB, MAR, APR, MAY]), amounts)


def money(**months):
    return {date(2026, int(name[1:]), 1): Decimal(value) for name, value in months.items()}


def test_month_0_is_that_of_the_entry_and_the_present_one_is_blank():
    months = by_month(ENTERED, TODAY, money(m1=100, m3=50, m6=999), money(m2=30, m6=999))
    assert [(one.place, one.first) for one in months] == list(enumerate([JAN, FEB, MAR, APR, MAY, JUN]))
    assert [one.sum_given for one in months] == [100, 100, 150, 150, 150, None]
    assert [one.sum_returned for one in months] == [0, 30, 30, 30, 30, None]
    assert [one.is_over for one in months] == [True] * 5 + [False]
    assert (months[-1].given, months[-1].ratio) == (None, None)


def test_payback_is_the_first_month_whose_value_so_far_reaches_what_was_given():
    months = by_month(ENTERED, TODAY, money(m1=100, m4=500), money(m2=99, m3=1))
    assert payback(months).place == 2
    assert [one.ratio for one in months][:4] == [0, Decimal("0.99"), 1, Decimal("0.17")]


def test_a_cent_less_is_not_yet_paid_back():
    months = by_month(ENTERED, TODAY, money(m1=100), {FEB: Decimal("99.99")})
    assert payback(months) is None


def test_what_came_back_in_the_month_that_is_not_over_pays_nothing_back_yet():
    assert payback(by_month(ENTERED, TODAY, money(m1=100), money(m6=100))) is None


def test_where_nothing_was_given_there_is_no_ratio_and_nothing_to_pay_back():
    months = by_month(ENTERED, TODAY, {}, money(m2=30))
    assert payback(months) is None
    assert {one.ratio for one in months} == {None}
    assert ratio(Decimal(0), Decimal(5)) is None


def test_what_was_given_before_the_entry_counts_from_month_0_on():
    months = by_month(ENTERED, TODAY, {date(2025, 11, 1): Decimal(40), JAN: Decimal(10)}, money(m1=50))
    assert (months[0].given, months[0].sum_given) == (10, 50)
    assert payback(months).place == 0


def test_an_unknown_amount_makes_every_sum_after_it_unknown_and_is_never_zero():
    months = by_month(ENTERED, TODAY, {JAN: Decimal(100), MAR: None}, money(m4=1000))
    assert [one.sum_given for one in months] == [100, 100, None, None, None, None]
    assert payback(months) is None
    assert months[3].ratio is None


def test_who_entered_this_month_has_a_blank_month_and_no_payback():
    months = by_month(date(2026, 6, 1), TODAY, {}, {})
    assert [one.is_over for one in months] == [False]
    assert payback(months) is None


def test_months_go_over_the_year():
    assert month_after(date(2025, 11, 1), 3) == date(2026, 2, 1)


@given(series, series)
def test_the_sums_of_the_last_month_are_all_that_was_given_and_returned(given_, returned):
    last = by_month(ENTERED, TODAY, given_, returned)[-2]
    assert last.sum_given == sum(given_.values(), Decimal(0))
    assert last.sum_returned == sum(returned.values(), Decimal(0))


@given(series, series)
def test_payback_is_earliest(given_, returned):
    months = by_month(ENTERED, TODAY, given_, returned)
    found = payback(months)
    over = [one for one in months if one.is_over]
    until = over if found is None else over[: found.place]
    assert not any(one.sum_given and one.sum_returned >= one.sum_given for one in until)
