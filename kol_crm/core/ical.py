"""Days as an iCalendar (RFC 5545): whole-day events, each with its alarm, folded lines, stable UIDs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from kol_crm.core.content_lines import escaped, folded

MORNING = "PT9H"  # of the day itself: an alarm is told from midnight on


@dataclass(frozen=True)
class Day:
    """One event. ``uid`` is the same whenever it is read; ``alarm`` is a duration from the day's midnight."""

    uid: str
    on: date
    title: str
    words: str = ""
    url: str = ""
    category: str = ""
    alarm: str = MORNING


def written(days: Iterable[Day], *, name: str, zone: str, language: str, domain: str, now: datetime) -> str:
    """The calendar as text. Days have no zone (they are the reader's); ``zone`` is for programs that ask."""
    stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//KOL CRM//{escaped(domain)}//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{escaped(zone)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for day in days:
        lines += _event(day, domain, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(day: Day, domain: str, stamp: str) -> list[str]:
    optional = {
        "DESCRIPTION": escaped(day.words),
        "CATEGORIES": escaped(day.category),
        "URL": day.url,
    }
    return [
        "BEGIN:VEVENT",
        f"UID:{day.uid}@{domain}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(day.title)}",
        *(f"{name}:{value}" for name, value in optional.items() if value),
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{escaped(day.title)}",
        f"TRIGGER;RELATED=START:{day.alarm}",
        "END:VALARM",
        "END:VEVENT",
    ]
