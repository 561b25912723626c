"""Lunar dates against the Hong Kong Observatory's table (STACK, decision 8)."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from kol_crm.core.lunar import (
    LunarDay,
    LunarRangeError,
    day_name,
    last_day,
    leap_month,
    month_length,
    month_name,
    to_lunar,
    to_solar,
)

OBSERVATORY = Path(__file__).resolve().parents[3] / "shared/data/lunar_hko_1901_2100_raw.txt"

# New Year's days, leap months and feasts of any printed calendar, and the months borax has otherwise.
KNOWN = [
    (date(1901, 1, 1), LunarDay(1900, 11, 11)),
    (date(1901, 2, 19), LunarDay(1901, 1, 1)),
    (date(1949, 10, 1), LunarDay(1949, 8, 10)),
    (date(2000, 2, 5), LunarDay(2000, 1, 1)),
    (date(2023, 3, 22), LunarDay(2023, 2, 1, leap=True)),
    (date(2024, 2, 10), LunarDay(2024, 1, 1)),
    (date(2025, 7, 25), LunarDay(2025, 6, 1, leap=True)),
    (date(2026, 2, 16), LunarDay(2025, 12, 29)),
    (date(2026, 2, 17), LunarDay(2026, 1, 1)),
    (date(2026, 9, 25), LunarDay(2026, 8, 15)),
    (date(2033, 12, 22), LunarDay(2033, 11, 1, leap=True)),
    (date(2057, 9, 27), LunarDay(2057, 8, 29)),
    (date(2057, 9, 28), LunarDay(2057, 9, 1)),
    (date(2057, 10, 27), LunarDay(2057, 9, 30)),
    (date(2057, 10, 28), LunarDay(2057, 10, 1)),
    (date(2089, 9, 4), LunarDay(2089, 8, 1)),
    (date(2089, 10, 3), LunarDay(2089, 8, 30)),
    (date(2097, 8, 7), LunarDay(2097, 7, 1)),
    (date(2097, 9, 5), LunarDay(2097, 7, 30)),
    (date(2100, 2, 8), LunarDay(2099, 12, 30)),
]


@pytest.mark.parametrize(("solar", "lunar"), KNOWN)
def test_a_known_day_is_read_both_ways(solar, lunar):
    assert to_lunar(solar) == lunar
    assert to_solar(lunar) == solar


def test_every_day_agrees_with_the_observatory():
    """All days 1901-01-01 to 2099-12-31 and on to the end of the lunar year 2099."""
    if not OBSERVATORY.exists():
        pytest.skip(f"the observatory's table is not here: {OBSERVATORY}")
    year, month = 1900, "十一月"
    checked = 0
    for line in OBSERVATORY.read_text(encoding="utf-8").splitlines():
        found = re.match(r"(\d{4})年(\d+)月(\d+)日\t(\S+)", line)
        if not found:
            continue
        day, told = date(*map(int, found.groups()[:3])), found[4]
        if day > last_day():
            break
        if told.endswith("月"):
            month, told = told, "初一"
            year += month == "正月"
        lunar = to_lunar(day)
        assert (lunar.year, f"{lunar}") == (year, month + told), day
        assert to_solar(lunar) == day
        checked += 1
    assert checked == (last_day() - date(1901, 1, 1)).days + 1 == 72_723


def test_outside_the_table_is_refused():
    for solar in (date(1900, 12, 31), last_day() + timedelta(days=1)):
        with pytest.raises(LunarRangeError):
            to_lunar(solar)
    for lunar in (LunarDay(1899, 5, 5), LunarDay(1900, 1, 1), LunarDay(2100, 1, 1)):
        with pytest.raises(LunarRangeError):
            to_solar(lunar)


def test_a_day_or_month_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="29 days"):
        to_solar(LunarDay(2025, 12, 30))
    with pytest.raises(ValueError, match="no leap month 5"):
        to_solar(LunarDay(2025, 5, 1, leap=True))
    with pytest.raises(ValueError, match="no month 13"):
        month_length(2025, 13)


def test_a_year_tells_its_leap_month_and_month_lengths():
    assert (leap_month(2025), leap_month(2026), leap_month(2033)) == (6, None, 11)
    assert month_length(2025, 6) == 30
    assert month_length(2025, 6, leap=True) == 29
    assert (month_length(2057, 8), month_length(2057, 9)) == (29, 30)


def test_days_are_named_as_a_chinese_calendar_prints_them():
    assert str(LunarDay(2026, 8, 15)) == "八月十五"
    assert str(LunarDay(2025, 6, 1, leap=True)) == "闰六月初一"
    assert [day_name(d) for d in (1, 10, 11, 19, 20, 21, 29, 30)] == [
        "初一", "初十", "十一", "十九", "二十", "廿一", "廿九", "三十",
    ]  # fmt: skip
    assert [month_name(m) for m in (1, 11, 12)] == ["正月", "十一月", "十二月"]
