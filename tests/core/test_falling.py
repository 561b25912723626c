"""Which yearly days fall between two days (DOMAIN 7.2): the rule of occurrence turned round."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kol_crm.core import falling
from kol_crm.core.occurrence import OccurrenceRules, PartialDay, occurrence_in

DAYS = st.dates(date(1950, 1, 1), date(2090, 1, 1))


def holds(birth, start, end, rules=None):
    runs = falling.between(start, end, *([rules] if rules else []))
    return any(
        (run.calendar, run.month) == (birth.calendar, birth.month)
        and run.leap in (None, birth.leap)
        and run.first <= birth.day <= run.last
        for run in runs
    )


@pytest.mark.parametrize(
    ("month", "day", "start", "end", "falls"),
    [
        (12, 31, date(2026, 12, 20), date(2027, 1, 3), True),
        (1, 3, date(2026, 12, 20), date(2027, 1, 3), True),
        (1, 4, date(2026, 12, 20), date(2027, 1, 3), False),
        (12, 19, date(2026, 12, 20), date(2027, 1, 3), False),
        # 29 February: on the 28th of a common year, on its own day in a leap year
        (2, 29, date(2026, 2, 28), date(2026, 2, 28), True),
        (2, 29, date(2026, 3, 1), date(2026, 3, 9), False),
        (2, 29, date(2028, 2, 20), date(2028, 2, 28), False),
        (2, 29, date(2028, 2, 29), date(2028, 2, 29), True),
        (6, 6, date(2026, 6, 6), date(2027, 6, 6), True),
    ],
)
def test_solar_days_fall_over_the_end_of_a_year_and_on_29_february(month, day, start, end, falls):
    assert holds(PartialDay("solar", month=month, day=day), start, end) is falls


@pytest.mark.parametrize(
    ("month", "day", "leap", "on"),
    [
        (8, 15, False, date(2026, 9, 25)),
        (12, 29, False, date(2026, 2, 16)),
        (6, 1, True, date(2025, 7, 25)),  # the leap sixth month of 2025
        (6, 1, False, date(2025, 6, 25)),
        (6, 1, True, date(2026, 7, 14)),  # 2026 has none: the plain one
    ],
)
def test_lunar_days_fall_where_they_are_resolved_to(month, day, leap, on):
    birth = PartialDay("lunar", month=month, day=day, leap=leap)
    one = timedelta(days=1)
    assert holds(birth, on, on)
    assert not holds(birth, on - 5 * one, on - one)
    assert not holds(birth, on + one, on + 5 * one)


@pytest.mark.parametrize(
    "rules", [OccurrenceRules(), OccurrenceRules("plain", "leap", "after", "after")], ids=["usual", "other"]
)
@given(
    start=DAYS,
    length=st.integers(0, 366),
    month=st.integers(1, 12),
    day=st.integers(1, 30),
    calendar=st.sampled_from(["solar", "lunar"]),
    leap=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_it_says_what_the_rule_says_the_other_way(rules, start, length, month, day, calendar, leap):
    birth = PartialDay(calendar, month=month, day=day, leap=leap and calendar == "lunar")
    end = start + timedelta(days=length)
    comes = [occurrence_in(birth, year, rules) for year in range(start.year - 1, end.year + 1)]
    expected = any(on is not None and start <= on <= end for on in comes)
    assert holds(birth, start, end, rules) is expected


def test_a_span_is_asked_in_few_runs():
    assert len(falling.between(date(2026, 12, 20), date(2027, 1, 3))) < 8
    assert len(falling.between(date(2025, 1, 1), date(2026, 1, 1))) < 70


def test_lunar_days_beyond_the_table_are_none():
    runs = falling.between(date(2150, 1, 1), date(2150, 1, 5))
    assert {run.calendar for run in runs} == {"solar"}
