"""Stored next days once more, after the rules or the catalogue of festivals changed (DOMAIN 7.1, 7.2).

Only days that a rule may move are looked at: lunar ones, 29 February, and those of festivals.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from kol_crm.core import copying, installation, sparing
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.making import make
from kol_crm.core.occurrence import OccurrenceRules, next_occurrence
from kol_crm.core.outbox import Tally
from profiles.models import Calendar, ImportantDate, Kol
from profiles.services import date, festival, next_due, note, yearly
from profiles.services import kol as files
from profiles.services.birthday import COLUMNS, partial_day, zone_of

BATCH = 2000


def movable(prefix: str = "") -> Q:
    """Days that a rule may move."""
    leap_day = {"calendar": Calendar.SOLAR, "month": 2, "day": 29}
    named = {f"{prefix}{name}": value for name, value in leap_day.items()}
    return Q(**{f"{prefix}calendar": Calendar.LUNAR, f"{prefix}day__isnull": False}) | Q(**named)


def again(actor: Actor, tally: Tally) -> int:
    """Set every stored day that falls otherwise now; how many. In step with the rules it changes nothing."""
    rules, now = yearly.rules(), actor.at

    def days(rows: Sequence[ImportantDate]) -> int:
        return date.set_next_days(rows, now)

    def birthdays(kols: Sequence[Kol]) -> int:
        return _write_birthdays(actor, kols, rules)

    moved = _festivals(now, tally)
    moved += sparing.in_chunks(tally, "date", _important(now), BATCH, days)
    return moved + sparing.in_chunks(tally, "file", _files(now), BATCH, birthdays)


def _important(now: datetime) -> Iterator[ImportantDate]:
    """Those that have passed are rolled on by ``date.roll``."""
    coming = ImportantDate.objects.filter(next_on__gt=installation.day(now) + timedelta(days=1))
    return coming.filter(movable()).select_related("kol").order_by("pk").iterator(BATCH)


def _festivals(now: datetime, tally: Tally) -> int:
    """Days of festivals that stand on another day in the catalogue now."""
    moved = 0
    for key, row in festival.known().items():
        when: dict[str, Any] = {name: row[name] for name in ("calendar", "month", "day")}
        other = ImportantDate.objects.filter(festival=key).exclude(**when).select_related("kol")
        rows = other.order_by("pk").iterator(BATCH)
        moved += sparing.in_chunks(tally, "date", rows, BATCH, partial(_move_festival, when, now))
    return moved


def _move_festival(when: dict[str, Any], now: datetime, rows: Sequence[ImportantDate]) -> int:
    for kept in rows:
        for name, value in when.items():
            setattr(kept, name, value)
        kept.next_on = date.next_day(kept, local_day(now, zone_of(kept.kol)))
    copying.update(rows, [*when, "next_on"])
    _tell_dates({kept.kol_id for kept in rows})
    return len(rows)


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
            moved.append(make(Kol, id=kol.pk, next_birthday=following))
    if moved:
        copying.update(moved, ["next_birthday"])
        files.tell(actor, [kol.pk for kol in moved])
    return len(moved)
