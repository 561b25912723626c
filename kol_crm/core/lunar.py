"""The Chinese lunar calendar, 1901–2099 and the end of 1900, as the Hong Kong Observatory has it."""

from bisect import bisect_right
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from borax.calendars.lunardate import LCalendars, LunarDate

FIRST_YEAR, LAST_YEAR = 1901, 2099
FIRST_DAY = date(1901, 1, 1)

# Borax begins three months a day later than the observatory's table: the month before is a day shorter there,
# and the month itself has 30 days (they start 2057-09-28, 2089-09-04 and 2097-08-07).
OBSERVATORY_LENGTHS = {
    (2057, 8): 29, (2057, 9): 30,
    (2089, 7): 29, (2089, 8): 30,
    (2097, 6): 29, (2097, 7): 30,
}  # fmt: skip

MONTH_NAMES = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
DIGITS = "一二三四五六七八九十"
TENS = ("初", "十", "廿")


class LunarRangeError(ValueError):
    """The day lies outside the years the table covers."""


class LunarDay(NamedTuple):
    year: int
    month: int
    day: int
    leap: bool = False

    def __str__(self) -> str:
        return f"{month_name(self.month, leap=self.leap)}{day_name(self.day)}"


class _Month(NamedTuple):
    start: date
    year: int
    month: int
    leap: bool
    days: int


@lru_cache(maxsize=1)
def _months() -> tuple[_Month, ...]:
    """All months in order; 1900 is there only because its last weeks fall into the solar year 1901."""
    months = []
    start = LunarDate(FIRST_YEAR - 1, 1, 1).to_solar_date()
    for year in range(FIRST_YEAR - 1, LAST_YEAR + 1):
        for month, days, leap in LCalendars.iter_year_month(year):
            length = days if leap else OBSERVATORY_LENGTHS.get((year, month), days)
            months.append(_Month(start, year, month, bool(leap), length))
            start += timedelta(days=length)
    return tuple(months)


@lru_cache(maxsize=1)
def _starts() -> tuple[date, ...]:
    return tuple(month.start for month in _months())


@lru_cache(maxsize=1)
def _by_name() -> dict[tuple[int, int, bool], _Month]:
    return {(month.year, month.month, month.leap): month for month in _months()}


def last_day() -> date:
    """The last solar day the table covers: the last of the lunar year 2099."""
    last = _months()[-1]
    return last.start + timedelta(days=last.days - 1)


def to_lunar(day: date) -> LunarDay:
    """The lunar day of a solar one, 1901-01-01 to the end of the lunar year 2099; LunarRangeError outside."""
    if not FIRST_DAY <= day <= last_day():
        raise LunarRangeError(f"{day} is outside the lunar table")
    month = _months()[bisect_right(_starts(), day) - 1]
    return LunarDay(month.year, month.month, (day - month.start).days + 1, month.leap)


def to_solar(lunar: LunarDay) -> date:
    """The solar day of a lunar one; LunarRangeError outside the table, ValueError for a day it lacks."""
    days = month_length(lunar.year, lunar.month, leap=lunar.leap)
    if not 1 <= lunar.day <= days:
        raise ValueError(f"the month has {days} days, not {lunar.day}")
    day = _by_name()[lunar.year, lunar.month, lunar.leap].start + timedelta(days=lunar.day - 1)
    if day < FIRST_DAY:
        raise LunarRangeError(f"{day} is outside the lunar table")
    return day


def leap_month(year: int) -> int | None:
    """The month that comes twice in this lunar year, or None."""
    _check_year(year)
    return LCalendars.leap_month(year) or None


def month_length(year: int, month: int, *, leap: bool = False) -> int:
    """29 or 30 days; ValueError where the year has no such month."""
    _check_year(year)
    try:
        return _by_name()[year, month, leap].days
    except KeyError:
        raise ValueError(f"lunar year {year} has no {'leap ' if leap else ''}month {month}") from None


def month_name(month: int, *, leap: bool = False) -> str:
    """八月, 闰八月."""
    return f"{'闰' if leap else ''}{MONTH_NAMES[month - 1]}月"


def day_name(day: int) -> str:
    """初一 … 初十, 十一 … 二十, 廿一 … 廿九, 三十."""
    if day in (20, 30):
        return f"{DIGITS[day // 10 - 1]}十"
    tens, ones = divmod(day - 1, 10)
    return f"{TENS[tens]}{DIGITS[ones]}"


def _check_year(year: int) -> None:
    if not FIRST_YEAR - 1 <= year <= LAST_YEAR:
        raise LunarRangeError(f"lunar year {year} is outside the table")
