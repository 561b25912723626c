"""Local times, quiet hours and working days (DOMAIN 1.8, 5.4, 7.3)."""

from datetime import UTC, date, datetime, time

import pytest

from kol_crm.core.clock import (
    after_quiet,
    is_working_day,
    local_day,
    local_to_utc,
    outside_quiet,
    working_day_before,
)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant"),
    [
        (date(2026, 11, 23), time(9), "Asia/Shanghai", utc(2026, 11, 23, 1)),
        (date(2026, 11, 23), time(9), "America/New_York", utc(2026, 11, 23, 14)),
        # New York, 8 March 2026: 02:00 becomes 03:00 at 07:00 UTC
        (date(2026, 3, 8), time(1, 59), "America/New_York", utc(2026, 3, 8, 6, 59)),
        (date(2026, 3, 8), time(2), "America/New_York", utc(2026, 3, 8, 7)),
        (date(2026, 3, 8), time(2, 30), "America/New_York", utc(2026, 3, 8, 7)),
        (date(2026, 3, 8), time(2, 30, 15, 500), "America/New_York", utc(2026, 3, 8, 7)),
        (date(2026, 3, 8), time(3), "America/New_York", utc(2026, 3, 8, 7)),
        # and on 1 November 01:30 comes twice, first at 05:30 UTC
        (date(2026, 11, 1), time(1, 30), "America/New_York", utc(2026, 11, 1, 5, 30)),
        (date(2026, 11, 1), time(2), "America/New_York", utc(2026, 11, 1, 7)),
        # Cairo changes at midnight: 24 April 2026 begins at 01:00
        (date(2026, 4, 24), time(0), "Africa/Cairo", utc(2026, 4, 23, 22)),
        # Samoa had no 30 December 2011
        (date(2011, 12, 30), time(9), "Pacific/Apia", utc(2011, 12, 30, 10)),
    ],
)
def test_a_local_time_is_this_instant(day, at, zone, instant):
    assert local_to_utc(day, at, zone) == instant


def test_a_skipped_time_is_shown_as_the_first_that_exists():
    new_york = local_to_utc(date(2026, 3, 8), time(2, 30), "America/New_York")
    assert local_day(new_york, "America/New_York") == date(2026, 3, 8)
    samoa = local_to_utc(date(2011, 12, 30), time(9), "Pacific/Apia")
    assert local_day(samoa, "Pacific/Apia") == date(2011, 12, 31)


def test_the_same_instant_is_another_day_elsewhere():
    instant = utc(2026, 11, 23, 18, 54)
    assert local_day(instant, "Asia/Shanghai") == date(2026, 11, 24)
    assert local_day(instant, "America/New_York") == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("instant", "outside", "moved_to"),
    [
        (utc(2026, 11, 23, 12, 59, 59), True, utc(2026, 11, 23, 12, 59, 59)),  # 20:59:59 in Shanghai
        (utc(2026, 11, 23, 13), False, utc(2026, 11, 24, 1)),  # 21:00
        (utc(2026, 11, 23, 16), False, utc(2026, 11, 24, 1)),  # 00:00
        (utc(2026, 11, 24, 0, 59), False, utc(2026, 11, 24, 1)),  # 08:59
        (utc(2026, 11, 24, 1), True, utc(2026, 11, 24, 1)),  # 09:00
    ],
)
def test_quiet_hours_are_theirs_from_nine_to_nine(instant, outside, moved_to):
    assert outside_quiet(instant, "Asia/Shanghai") is outside
    assert after_quiet(instant, "Asia/Shanghai") == moved_to


def test_quiet_hours_may_lie_within_one_day_or_be_none():
    noon = utc(2026, 11, 23, 4)
    assert not outside_quiet(noon, "Asia/Shanghai", time(12), time(14))
    assert after_quiet(noon, "Asia/Shanghai", time(12), time(14)) == utc(2026, 11, 23, 6)
    assert outside_quiet(noon, "Asia/Shanghai", time(12), time(12))


@pytest.mark.parametrize(
    ("day", "country", "moved_to"),
    [
        (date(2026, 11, 23), "CN", date(2026, 11, 23)),  # Monday
        (date(2026, 11, 22), "CN", date(2026, 11, 20)),  # Sunday → Friday
        (date(2026, 10, 5), "CN", date(2026, 9, 30)),  # National Day week → the Wednesday before it
        (date(2026, 2, 14), "CN", date(2026, 2, 14)),  # Saturday worked for Spring Festival
        (date(2026, 2, 20), "CN", date(2026, 2, 14)),  # Spring Festival → that Saturday
        (date(2027, 2, 8), "CN", date(2027, 2, 4)),  # not yet announced by the state, known by rule
        (date(2026, 7, 4), "US", date(2026, 7, 2)),  # Saturday; the Friday is its substitute
        (date(2026, 10, 5), "", date(2026, 10, 5)),  # no country: weekends only
        (date(2026, 10, 4), "", date(2026, 10, 2)),
    ],
)
def test_a_weekend_or_festival_moves_to_the_working_day_before(day, country, moved_to):
    assert working_day_before(day, country) == moved_to
    assert is_working_day(moved_to, country)


def test_a_country_without_a_calendar_is_refused():
    with pytest.raises(NotImplementedError):
        is_working_day(date(2026, 11, 23), "XX")
