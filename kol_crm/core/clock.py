"""Between instants and people's days: zones, quiet hours, working days (DOMAIN 1.8, 5.4, 7.3).

Zones are IANA names; which one counts (the KOL's, the user's, the installation's) is the caller's to say.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

QUIET_FROM, QUIET_UNTIL = time(21), time(9)
ONE_SECOND = timedelta(seconds=1)
WEEKEND = (5, 6)


def local_to_utc(day: date, at: time, zone: str) -> datetime:
    """The instant at which clocks in that zone show this.

    A time that a clock change skips moves to the first after it; one that occurs twice is the first.
    """
    shown = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    by_old_offset, by_new_offset = shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
    if by_new_offset < by_old_offset:  # PEP 495: only so in a gap
        return _clock_change(by_new_offset, by_old_offset, zone)
    return by_old_offset


def local_day(instant: datetime, zone: str) -> date:
    """The day it is in that zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def outside_quiet(instant: datetime, zone: str, start: time = QUIET_FROM, end: time = QUIET_UNTIL) -> bool:
    """Whether one may write to somebody there then: not from `start` up to, and without, `end`."""
    shown = instant.astimezone(ZoneInfo(zone)).time()
    quiet = start <= shown < end if start <= end else shown >= start or shown < end
    return not quiet


def after_quiet(instant: datetime, zone: str, start: time = QUIET_FROM, end: time = QUIET_UNTIL) -> datetime:
    """The instant itself, or the end of the quiet hours it falls into."""
    if outside_quiet(instant, zone, start, end):
        return instant
    shown = instant.astimezone(ZoneInfo(zone))
    day = shown.date() if shown.time() < end else shown.date() + timedelta(days=1)
    return local_to_utc(day, end, zone)


def is_working_day(day: date, country: str = "CN") -> bool:
    """No weekend and no festival; a weekend day that the state made a working day is one.

    Without a country (empty text) weekends alone count; NotImplementedError for an unknown one.
    """
    if not country:
        return day.weekday() not in WEEKEND
    return _calendar(country).is_working_day(day)


def working_day_before(day: date, country: str = "CN") -> date:
    """The day itself where it is a working day, else the last working day before it (DOMAIN 5.4)."""
    while not is_working_day(day, country):
        day -= timedelta(days=1)
    return day


@lru_cache(maxsize=32)
def _calendar(country: str) -> holidays.HolidayBase:
    return holidays.country_holidays(country)


def _clock_change(before: datetime, after: datetime, zone: str) -> datetime:
    """The first instant, to the second, at which the zone has the offset it has at `after`."""
    there = ZoneInfo(zone)
    start = before.replace(microsecond=0)
    new_offset = after.astimezone(there).utcoffset()

    def has_changed(second: int) -> bool:
        return (start + second * ONE_SECOND).astimezone(there).utcoffset() == new_offset

    seconds = range((after - start) // ONE_SECOND + 1)
    return start + bisect_left(seconds, 1, key=has_changed) * ONE_SECOND
