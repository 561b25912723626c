"""Which yearly days fall between two days, solar or lunar (DOMAIN 7.2).

The rules of ``occurrence.py`` turned round: not when a day comes, but which days have come, so that a
database is asked with month and day alone. Over the end of a year, 29 February and leap months as there.
"""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from kol_crm.core.lunar import LunarRangeError
from kol_crm.core.occurrence import (
    DEFAULT,
    LONGEST_LUNAR_MONTH,
    LONGEST_SOLAR_MONTHS,
    LUNAR,
    SOLAR,
    OccurrenceRules,
    PartialDay,
    natural_year,
    occurrence_in,
)

CALENDARS = (SOLAR, LUNAR)
MONTHS = range(1, 13)


class Run(NamedTuple):
    """Days of one month that fall between: ``first`` to ``last`` of it, in the year that they count for.

    ``leap`` None: in the leap month or in the plain one alike.
    """

    calendar: str
    year: int
    month: int
    leap: bool | None
    first: int
    last: int


def between(start: date, end: date, rules: OccurrenceRules = DEFAULT) -> list[Run]:
    """The yearly days that come round from ``start`` to ``end``, both counted, in runs of one month each.

    Lunar days outside the years of the table are none.
    """
    runs: list[Run] = []
    for calendar in CALENDARS:
        for year in _years(calendar, start, end):
            for month in MONTHS:
                runs += _of_month(calendar, year, month, (start, end), rules)
    return runs


def _years(calendar: str, start: date, end: date) -> range:
    try:
        first = natural_year(PartialDay(calendar), start)
        return range(first, natural_year(PartialDay(calendar), end) + 1)
    except LunarRangeError:
        return range(0)


def _of_month(
    calendar: str, year: int, month: int, span: tuple[date, date], rules: OccurrenceRules
) -> Iterator[Run]:
    start, end = span
    fallen: dict[bool | None, list[int]] = {
        leap: [day for day, on in _month(calendar, year, month, leap, rules) if start <= on <= end]
        for leap in ((False, True) if calendar == LUNAR else (False,))
    }
    if calendar == LUNAR and fallen[False] == fallen[True]:
        fallen = {None: fallen[False]}
    for leap, days in fallen.items():
        for first, last in _runs(days):
            yield Run(calendar, year, month, leap, first, last)


@lru_cache(maxsize=600)
def _month(
    calendar: str,
    year: int,
    month: int,
    leap: bool,  # noqa: FBT001 - a key of the cache
    rules: OccurrenceRules,
) -> tuple[tuple[int, date], ...]:
    """The days that one may be born on in this month, and when they come that year."""
    longest = LONGEST_LUNAR_MONTH if calendar == LUNAR else LONGEST_SOLAR_MONTHS[month - 1]
    comes = (
        (day, occurrence_in(PartialDay(calendar, month=month, day=day, leap=leap), year, rules))
        for day in range(1, longest + 1)
    )
    return tuple((day, on) for day, on in comes if on is not None)


def _runs(days: list[int]) -> Iterator[tuple[int, int]]:
    for _offset, run in groupby(enumerate(days), key=lambda numbered: numbered[1] - numbered[0]):
        found = [day for _place, day in run]
        yield found[0], found[-1]
