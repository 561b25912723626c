"""The rhythm guard's arithmetic (DOMAIN 6.6); no database."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from incentives.rules.rhythm import Span, Stayed, before, days_apart, days_settled, fall, per_day
from profiles.rules.flow import DEFAULT, Figure

DAY = date(2026, 6, 30)


def flow(start: date, end: date, value: int, account="a") -> Figure:
    return Figure("interactions", Decimal(value), start, end, "", account)


def days_of(first: date, count: int, value: int) -> list[Figure]:
    return [flow(first + timedelta(days=n), first + timedelta(days=n), value) for n in range(count)]


def test_days_in_mid_term_and_late_add_up_since_the_last_entry_into_initial():
    stays = [
        Stayed("initial", date(2026, 1, 1), date(2026, 5, 1)),
        Stayed("mid_term", date(2026, 5, 1), date(2026, 6, 10)),
        Stayed("late", date(2026, 6, 10), None),
    ]
    assert days_settled(stays, DAY) == 60


def test_a_step_back_into_initial_begins_them_anew():
    stays = [
        Stayed("initial", date(2026, 1, 1), date(2026, 2, 1)),
        Stayed("mid_term", date(2026, 2, 1), date(2026, 5, 1)),
        Stayed("initial", date(2026, 5, 1), date(2026, 6, 1)),
        Stayed("mid_term", date(2026, 6, 1), None),
    ]
    assert days_settled(stays, DAY) == 29
    assert days_settled(stays, DAY + timedelta(days=1)) == 30


def test_who_never_was_in_initial_counts_from_the_first_day_there():
    assert days_settled([Stayed("late", date(2026, 6, 20), None)], DAY) == 10
    assert days_settled([], DAY) == 0


def test_days_between_campaigns_reach_from_the_last_day_to_the_first():
    one = Span(date(2026, 5, 1), date(2026, 5, 10))
    assert days_apart(Span(date(2026, 6, 9), date(2026, 6, 9)), [one]) == 30
    assert days_apart(Span(date(2026, 4, 1), date(2026, 4, 2)), [one]) == 29
    assert days_apart(Span(date(2026, 5, 5), date(2026, 5, 20)), [one]) == 0
    assert days_apart(one, []) is None


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 60), st.integers(0, 60))
def test_campaigns_30_days_apart_never_share_30_days(first, second, long_one, long_other):
    one = Span(DAY + timedelta(days=first), DAY + timedelta(days=first + long_one))
    other = Span(DAY + timedelta(days=second), DAY + timedelta(days=second + long_other))
    earlier, later = sorted((one, other))
    shares_a_window = (later.start - earlier.end).days <= 29  # a window of 30 days holds a day of each
    assert (days_apart(one, [other]) < 30) == shares_a_window
    assert days_apart(one, [other]) == days_apart(other, [one])


def test_interactions_per_day_add_the_accounts_up():
    start, end = DAY - timedelta(days=29), DAY
    accounts = {"a": days_of(start, 30, 10), "b": [flow(start, end, 60, "b")]}
    assert per_day(accounts, start, end, DEFAULT).value == 12


def test_one_account_without_figures_leaves_the_whole_unknown_and_is_named():
    start, end = DAY - timedelta(days=29), DAY
    found = per_day({"a": days_of(start, 30, 10), "b": []}, start, end, DEFAULT)
    assert (found.value, found.lacking) == (None, ("b",))
    assert per_day({}, start, end, DEFAULT).value is None


def test_fewer_than_80_percent_of_the_days_are_unknown():
    start, end = DAY - timedelta(days=29), DAY
    assert per_day({"a": days_of(start, 23, 10)}, start, end, DEFAULT).value is None
    assert per_day({"a": days_of(start, 24, 10)}, start, end, DEFAULT).value == 10


def test_a_window_before_a_campaign_ends_on_its_eve():
    assert before(date(2026, 6, 1), 30) == (date(2026, 5, 2), date(2026, 5, 31))


def test_a_fall_is_a_part_of_what_was():
    assert fall(Decimal(10), Decimal(8)) == Decimal("0.2")
    assert fall(Decimal(10), Decimal(12)) == Decimal("-0.2")
    assert fall(Decimal(0), Decimal(0)) == 0
    assert fall(None, Decimal(1)) is None
    assert fall(Decimal(1), None) is None
