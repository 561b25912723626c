"""Life events (DOMAIN 3.11): baby due in March, a stroller is a gift idea."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.occurrence import next_occurrence, occurrence_in
from profiles.models import Kol, LifeEvent
from profiles.services import note, yearly
from profiles.services.birthday import zone_of

EDITABLE = ("what", "calendar", "year", "month", "day", "leap", "greet", "gift_idea", "note")
MONTH = timedelta(days=31)


def first_day(row: LifeEvent, day: date) -> date | None:
    """The first day on which it may come, seen from ``day``; none while its month is unknown.

    Of an unknown day it is the first of the month, of an unknown year the month that comes next or runs.
    """
    if row.month is None:
        return None
    first = replace(row.partial, day=row.day or 1)
    if row.year is not None:
        return occurrence_in(first, row.year, yearly.rules())
    start = day if row.day else day - MONTH + timedelta(days=1)
    return next_occurrence(first, start, yearly.rules())


def derived(row: LifeEvent, actor: Actor) -> dict[str, Any]:
    """The columns that follow from its facts."""
    return {"next_on": first_day(row, local_day(actor.at, zone_of(row.kol)))}


def add(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> LifeEvent:
    """Note what happens in a KOL's life. Raises ``ValidationError`` keyed by field."""
    row = LifeEvent(kol=kol, **values)
    row.full_clean()
    return note.add(actor, row, **derived(row, actor))


def edit(actor: Actor, row: LifeEvent, changes: Mapping[str, Any], version: int | None) -> LifeEvent:
    """Raises ``Conflict``, ``ValidationError`` keyed by field."""
    return note.save(actor, row, changes, version, derive=lambda changed: derived(changed, actor))


def attend(actor: Actor, row: LifeEvent, version: int | None = None) -> LifeEvent:
    """It is attended to: nothing is due for it any more. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(row, version)
        note.demand_open(current)
        return note.save(actor, current, {"closed_at": actor.at}, None)


def reopen(actor: Actor, row: LifeEvent, version: int | None = None) -> LifeEvent:
    """It is still to be attended to. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(row, version)
        note.demand_open(current, is_open=False)
        return note.save(actor, current, {"closed_at": None}, None)


def remove(actor: Actor, row: LifeEvent, version: int | None = None) -> None:
    """Take it off the file. Raises ``Conflict``."""
    note.drop(actor, row, version)


def due_dates(files: QuerySet) -> QuerySet:
    rows = LifeEvent.objects.all().open().filter(next_on__isnull=False, kol__quiet_cause="")
    return note.dates(rows, "next_on", files)
