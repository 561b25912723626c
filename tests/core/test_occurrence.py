"""Yearly days (DOMAIN 7.2): exactly one a (lunar) year, each fall-back a policy."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kol_crm.core.lunar import to_lunar
from kol_crm.core.occurrence import (
    OccurrenceRules,
    PartialDay,
    age_on,
    is_minor,
    is_possible,
    natural_year,
    next_occurrence,
    occurrence_in,
)


def solar(month, day, year=None):
    return PartialDay("solar", year, month, day)


def lunar(month, day, year=None, *, leap=False):
    return PartialDay("lunar", year, month, day, leap)


@pytest.mark.parametrize(
    ("birth", "year", "falls_on"),
    [
        (solar(11, 23), 2026, date(2026, 11, 23)),
        (solar(2, 29), 2028, date(2028, 2, 29)),
        (solar(2, 29), 2026, date(2026, 2, 28)),
        (solar(2, 29), 2100, date(2100, 2, 28)),
        (lunar(8, 15), 2026, date(2026, 9, 25)),
        (lunar(12, 29), 2025, date(2026, 2, 16)),
        # 2025 has a leap sixth month (from 25 July), 2026 none
        (lunar(6, 1), 2025, date(2025, 6, 25)),
        (lunar(6, 1, leap=True), 2025, date(2025, 7, 25)),
        (lunar(6, 1, leap=True), 2026, date(2026, 7, 14)),
        (lunar(5, 1, leap=True), 2025, date(2025, 5, 27)),
        # the twelfth month has 29 days in 2025 and 2026; the leap sixth has 29, the plain sixth 30
        (lunar(12, 30), 2025, date(2026, 2, 16)),
        (lunar(6, 30), 2025, date(2025, 7, 24)),
        (lunar(6, 30, leap=True), 2025, date(2025, 8, 22)),
        # the months borax has otherwise than the observatory
        (lunar(8, 30), 2057, date(2057, 9, 27)),
        (lunar(9, 1), 2057, date(2057, 9, 28)),
        # the ends of the table
        (lunar(1, 1), 1901, date(1901, 2, 19)),
        (lunar(12, 30), 2099, date(2100, 2, 8)),
        (lunar(1, 1), 1900, None),
        (lunar(1, 1), 2100, None),
    ],
)
def test_a_day_falls_on(birth, year, falls_on):
    assert occurrence_in(birth, year) == falls_on


@pytest.mark.parametrize(
    ("rules", "birth", "year", "falls_on"),
    [
        (OccurrenceRules(february_29="after"), solar(2, 29), 2026, date(2026, 3, 1)),
        (OccurrenceRules(february_29="after"), solar(2, 29), 2028, date(2028, 2, 29)),
        (OccurrenceRules(leap_month_birth="plain"), lunar(6, 1, leap=True), 2025, date(2025, 6, 25)),
        (OccurrenceRules(plain_month_birth="leap"), lunar(6, 1), 2025, date(2025, 7, 25)),
        (OccurrenceRules(plain_month_birth="leap"), lunar(6, 1), 2026, date(2026, 7, 14)),
        (OccurrenceRules(day_30="after"), lunar(6, 30, leap=True), 2025, date(2025, 8, 23)),
        (OccurrenceRules(day_30="after"), lunar(12, 30), 2025, date(2026, 2, 16)),
    ],
)
def test_each_fall_back_is_a_policy(rules, birth, year, falls_on):
    """The day after the last of the year would be the next year's: the 29th stays."""
    assert occurrence_in(birth, year, rules) == falls_on


@pytest.mark.parametrize(
    "birth",
    [
        solar(None, 5), solar(5, None), solar(13, 1), solar(4, 31), solar(2, 30), solar(0, 1),
        lunar(None, 5), lunar(5, None), lunar(13, 1), lunar(5, 31), lunar(5, 0),
    ],
)  # fmt: skip
def test_an_unknown_or_impossible_day_never_falls(birth):
    assert occurrence_in(birth, 2026) is None
    assert next_occurrence(birth, date(2026, 11, 23)) is None


def test_the_next_occurrence_is_today_or_later():
    assert next_occurrence(solar(11, 23), date(2026, 11, 23)) == date(2026, 11, 23)
    assert next_occurrence(solar(11, 22), date(2026, 11, 23)) == date(2027, 11, 22)
    assert next_occurrence(solar(2, 29), date(2026, 3, 1)) == date(2027, 2, 28)
    assert next_occurrence(lunar(12, 20), date(2026, 1, 1)) == date(2026, 2, 7)
    assert next_occurrence(lunar(1, 1), date(2026, 2, 17)) == date(2026, 2, 17)
    assert next_occurrence(lunar(1, 1), date(2026, 2, 18)) == date(2027, 2, 6)


def test_after_the_last_year_of_the_table_there_is_no_next():
    assert next_occurrence(lunar(1, 1), date(2099, 6, 1)) is None
    assert next_occurrence(lunar(1, 1), date(2100, 6, 1)) is None


def test_a_lunar_day_counts_for_its_lunar_year():
    assert natural_year(lunar(12, 29), date(2026, 2, 16)) == 2025
    assert natural_year(solar(2, 16), date(2026, 2, 16)) == 2026


DEFAULTS_AND_OTHERS = st.builds(
    OccurrenceRules,
    leap_month_birth=st.sampled_from(["leap", "plain"]),
    plain_month_birth=st.sampled_from(["plain", "leap"]),
    day_30=st.sampled_from(["before", "after"]),
    february_29=st.sampled_from(["before", "after"]),
)
BIRTHS = st.builds(
    PartialDay,
    calendar=st.sampled_from(["solar", "lunar"]),
    month=st.integers(1, 12),
    day=st.integers(1, 31),
    leap=st.booleans(),
).filter(is_possible)


@given(BIRTHS, st.integers(1902, 2097), DEFAULTS_AND_OTHERS)
def test_there_is_exactly_one_a_year_whatever_the_policy(birth, year, rules):
    """Walking from one occurrence to the next meets each (lunar) year once, each on its own day."""
    day = occurrence_in(birth, year, rules)
    following = next_occurrence(birth, day + timedelta(days=1), rules)
    assert natural_year(birth, day) == year
    assert natural_year(birth, following) == year + 1
    assert following == occurrence_in(birth, year + 1, rules)
    assert next_occurrence(birth, day, rules) == day


@given(st.dates(date(1902, 1, 1), date(2098, 12, 31)))
def test_a_whole_lunar_birth_date_falls_on_itself(day):
    born = to_lunar(day)
    assert occurrence_in(lunar(born.month, born.day, born.year, leap=born.leap), born.year) == day


@pytest.mark.parametrize(
    ("birth", "on", "age", "minor"),
    [
        (solar(11, 23, 2008), date(2026, 11, 22), 17, True),
        (solar(11, 23, 2008), date(2026, 11, 23), 18, False),
        (solar(2, 29, 2008), date(2026, 2, 27), 17, True),
        (solar(2, 29, 2008), date(2026, 2, 28), 18, False),
        # lunar 2008-10-26 was 23 November 2008
        (lunar(10, 26, 2008), date(2026, 11, 22), 17, True),
        (lunar(10, 26, 2008), date(2026, 11, 23), 18, False),
        # lunar 2007-12-01 was 8 January 2008
        (lunar(12, 1, 2007), date(2026, 1, 7), 17, True),
        (lunar(12, 1, 2007), date(2026, 1, 8), 18, False),
        # unknown parts count as the latest they can be
        (solar(None, None, 2008), date(2026, 12, 30), 17, True),
        (solar(None, None, 2008), date(2026, 12, 31), 18, False),
        (solar(6, None, 2008), date(2026, 6, 29), 17, True),
        (solar(6, None, 2008), date(2026, 6, 30), 18, False),
        (lunar(None, None, 2007), date(2026, 2, 5), 17, True),
        (lunar(None, None, 2007), date(2026, 2, 6), 18, False),
        (solar(1, 1), date(2026, 1, 1), None, None),
        (solar(1, 1, 2027), date(2026, 12, 31), None, None),
    ],
)
def test_age_is_never_overstated_and_unknown_without_a_year(birth, on, age, minor):
    assert age_on(birth, on) == age
    assert is_minor(birth, on) is minor
