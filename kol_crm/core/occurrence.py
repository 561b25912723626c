"""When a yearly day comes round, solar or lunar, also where a year lacks its day or month (DOMAIN 7.2)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from kol_crm.core.lunar import (
    FIRST_YEAR,
    LAST_YEAR,
    LunarDay,
    LunarRangeError,
    leap_month,
    month_length,
    to_lunar,
    to_solar,
)

SOLAR, LUNAR = "solar", "lunar"
FULL_AGE = 18
LONGEST_SOLAR_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
LONGEST_LUNAR_MONTH = 30


@dataclass(frozen=True)
class PartialDay:
    """A birthday or other yearly day as far as it is known; `leap` = in the leap month (lunar only)."""

    calendar: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    leap: bool = False


@dataclass(frozen=True)
class OccurrenceRules:
    """The fall-backs of DOMAIN 7.2. Whatever is chosen, a day comes exactly once a (lunar) year."""

    leap_month_birth: Literal["leap", "plain"] = "leap"
    """Born in a leap month: in years that have it that month, or always the plain one."""
    plain_month_birth: Literal["plain", "leap"] = "plain"
    """Born in a plain month: always that, or the leap one in years that have it."""
    day_30: Literal["before", "after"] = "before"
    """In a month of 29 days: the 29th, or the first of the next month (of the same lunar year)."""
    february_29: Literal["before", "after"] = "before"
    """In a common year: 28 February, or 1 March."""


DEFAULT = OccurrenceRules()


def occurrence_in(birth: PartialDay, year: int, rules: OccurrenceRules = DEFAULT) -> date | None:
    """The one day of that year (lunar year for lunar days) on which it falls.

    None when month or day is unknown or impossible, or outside the years of the lunar table.
    """
    if birth.month is None or birth.day is None or not is_possible(birth):
        return None
    if birth.calendar == LUNAR:
        return _lunar_day(birth.month, birth.day, year, rules, leap=birth.leap)
    return _solar_day(birth.month, birth.day, year, rules)


def next_occurrence(birth: PartialDay, on_or_after: date, rules: OccurrenceRules = DEFAULT) -> date | None:
    """The first day it falls on from `on_or_after`; None as in `occurrence_in`."""
    try:
        year = natural_year(birth, on_or_after)
    except LunarRangeError:
        return None
    this_year = occurrence_in(birth, year, rules)
    if this_year is None or this_year >= on_or_after:
        return this_year
    return occurrence_in(birth, year + 1, rules)


def natural_year(birth: PartialDay, day: date) -> int:
    """The year that `day` counts for, lunar for lunar days: part of an outbox key (RELIABILITY 1)."""
    return to_lunar(day).year if birth.calendar == LUNAR else day.year


def is_possible(birth: PartialDay) -> bool:
    """False for a month or day that no year has: month 13, 31 April, the 31st of a lunar month.

    Kinder than a calendar: 29 February 1990 passes, for the day comes round all the same.
    """
    if birth.month is not None and not 1 <= birth.month <= 12:
        return False
    if birth.day is None:
        return True
    if birth.calendar == LUNAR:
        longest = LONGEST_LUNAR_MONTH
    else:
        longest = LONGEST_SOLAR_MONTHS[birth.month - 1] if birth.month else 31
    return 1 <= birth.day <= longest


def age_on(birth: PartialDay, on: date, rules: OccurrenceRules = DEFAULT) -> int | None:
    """Full years lived, by the solar calendar also for lunar birthdays; None when the year is unknown.

    An unknown month or day is taken as the latest it can be, so the age is never overstated and a minor's
    protection never ends too early. None before birth.
    """
    born = _latest_birth(birth, rules)
    if born is None or on < born:
        return None
    birthday = occurrence_in(PartialDay(SOLAR, month=born.month, day=born.day), on.year, rules)
    return on.year - born.year - (birthday is not None and on < birthday)


def is_minor(birth: PartialDay, on: date, rules: OccurrenceRules = DEFAULT) -> bool | None:
    """Under 18 (DOMAIN 3.1); None when the year of birth is unknown."""
    age = age_on(birth, on, rules)
    return None if age is None else age < FULL_AGE


def _latest_birth(birth: PartialDay, rules: OccurrenceRules) -> date | None:
    if birth.year is None:
        return None
    month = birth.month or 12
    if birth.calendar == LUNAR:
        day = birth.day or LONGEST_LUNAR_MONTH
    else:
        day = birth.day or LONGEST_SOLAR_MONTHS[month - 1]
    return occurrence_in(PartialDay(birth.calendar, birth.year, month, day, birth.leap), birth.year, rules)


def _solar_day(month: int, day: int, year: int, rules: OccurrenceRules) -> date:
    try:
        return date(year, month, day)
    except ValueError:  # 29 February is the only possible day that some years lack
        return date(year, 2, 28) if rules.february_29 == "before" else date(year, 3, 1)


def _lunar_day(month: int, day: int, year: int, rules: OccurrenceRules, *, leap: bool) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    wants_leap = rules.leap_month_birth == "leap" if leap else rules.plain_month_birth == "leap"
    in_leap = wants_leap and leap_month(year) == month
    if day <= month_length(year, month, leap=in_leap):
        return to_solar(LunarDay(year, month, day, in_leap))
    last = to_solar(LunarDay(year, month, day - 1, in_leap))
    following = last + timedelta(days=1)
    # New Year's Day belongs to the next year, which has its own occurrence
    return following if rules.day_30 == "after" and _same_year(following, year) else last


def _same_year(day: date, year: int) -> bool:
    try:
        return to_lunar(day).year == year
    except LunarRangeError:
        return False
