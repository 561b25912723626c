"""Stored next days once more, after the rules or the catalogue of festivals changed (DOMAIN 7.1, 7.2).

Only days that a rule may move are looked at: lunar ones, 29 February, and those of festivals.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q

from kol_crm.core import installation
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.occurrence import OccurrenceRules, next_occurrence
from profiles.models import Calendar, ImportantDate, Kol
from profiles.services import date, festival, next_due, note, yearly
from profiles.services import kol as files
from profiles.services.birthday import COLUMNS, partial_day, zone_of

BATCH = 2000
R = TypeVar("R")


def movable(prefix: str = "") -> Q:
    """Days that a rule may move."""
    leap_day = {"calendar": Calendar.SOLAR, "month": 2, "day": 29}
    named = {f"{prefix}{name}": value for name, value in leap_day.items()}
    return Q(**{f"{prefix}calendar": Calendar.LUNAR, f"{prefix}day__isnull": False}) | Q(**named)


def _batches(rows: Iterator[R]) -> Iterator[list[R]]:
    while taken := list(islice(rows, BATCH)):
        yield taken


def again(actor: Actor) -> int:
    """Set every stored day that falls otherwise now; how many. In step with the rules it changes nothing."""
    rules, moved = yearly.rules(), _festivals(actor.at)
    for rows in _batches(_important(actor.at)):
        moved += _write_dates(rows, actor.at)
    for kols in _batches(_files(actor.at)):
        moved += _write_birthdays(actor, kols, rules)
    return moved


def _important(now: datetime) -> Iterator[ImportantDate]:
    """Those that have passed are rolled on by ``date.roll``."""
    coming = ImportantDate.objects.filter(next_on__gt=installation.day(now) + timedelta(days=1))
    return coming.filter(movable()).select_related("kol").order_by("pk").iterator(BATCH)


def _write_dates(rows: Sequence[ImportantDate], now: datetime) -> int:
    moved = []
    for row in rows:
        following = date.next_day(row, local_day(now, zone_of(row.kol)))
        if following != row.next_on:
            row.next_on = following
            moved.append(row)
    if moved:
        ImportantDate.objects.bulk_update(moved, ["next_on"], batch_size=500)
        _tell_dates({row.kol_id for row in moved})
    return len(moved)


def _festivals(now: datetime) -> int:
    """Days of festivals that stand on another day in the catalogue now."""
    moved = 0
    for key, row in festival.known().items():
        when: dict[str, Any] = {name: row[name] for name in ("calendar", "month", "day")}
        other = ImportantDate.objects.filter(festival=key).exclude(**when).select_related("kol")
        for rows in _batches(other.order_by("pk").iterator(BATCH)):
            for kept in rows:
                for name, value in when.items():
                    setattr(kept, name, value)
                kept.next_on = date.next_day(kept, local_day(now, zone_of(kept.kol)))
            ImportantDate.objects.bulk_update(rows, [*when, "next_on"], batch_size=500)
            _tell_dates({kept.kol_id for kept in rows})
            moved += len(rows)
    return moved


def _tell_dates(kol_ids: set[UUID]) -> None:
    next_due.refresh(kol_ids)
    note.tell(ImportantDate, kol_ids)


def _files(now: datetime) -> Iterator[Kol]:
    """Files whose birthday is to come; those that have passed are rolled on by who greets."""
    coming = Kol.objects.filter(next_birthday__gt=installation.day(now) + timedelta(days=1))
    rows = coming.filter(movable("birth_")).only("zone", "next_birthday", *COLUMNS)
    return rows.order_by("pk").iterator(BATCH)


def _write_birthdays(actor: Actor, kols: Sequence[Kol], rules: OccurrenceRules) -> int:
    moved = []
    for kol in kols:
        following = next_occurrence(partial_day(kol), local_day(actor.at, zone_of(kol)), rules)
        if following != kol.next_birthday:
            kol.next_birthday = following
            moved.append(kol)
    if moved:
        Kol.objects.bulk_update(moved, ["next_birthday"], batch_size=500)
        files.tell(actor, [kol.pk for kol in moved])
    return len(moved)
