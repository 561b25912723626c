"""Important dates (DOMAIN 3.11, 7.2): the next day of each is stored and rolled on at night."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import copying, history, sparing
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.errors import Refused
from kol_crm.core.making import make
from kol_crm.core.occurrence import next_occurrence, occurrence_in
from kol_crm.core.outbox import Tally
from profiles.models import ImportantDate, Kol
from profiles.services import festival, next_due, note, yearly
from profiles.services.birthday import zone_of

WHEN = ("calendar", "year", "month", "day", "leap")
EDITABLE = ("what", "festival", *WHEN, "yearly", "greet", "note")
BATCH = 500


def next_day(row: ImportantDate, day: date) -> date | None:
    """The first time it comes round from ``day`` on; none while month or day is unknown."""
    if row.yearly:
        return next_occurrence(row.partial, day, yearly.rules())
    once = occurrence_in(row.partial, row.year, yearly.rules()) if row.year else None
    return once if once is not None and once >= day else None


def derived(row: ImportantDate, actor: Actor) -> dict[str, Any]:
    """The columns that follow from its facts."""
    return {"next_on": next_day(row, local_day(actor.at, zone_of(row.kol)))}


def add(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> ImportantDate:
    """Note a day to remember. Raises ``ValidationError`` keyed by field."""
    row = ImportantDate(kol=kol, **_of_festival(kol, values))
    row.full_clean()
    return note.add(actor, row, **derived(row, actor))


def edit(actor: Actor, row: ImportantDate, changes: Mapping[str, Any], version: int | None) -> ImportantDate:
    """Raises ``Conflict``, ``ValidationError`` keyed by field."""
    changes = _of_festival(row.kol, changes, row)
    return note.save(actor, row, changes, version, derive=lambda changed: derived(changed, actor))


def _of_festival(kol: Kol, values: Mapping[str, Any], row: ImportantDate | None = None) -> dict[str, Any]:
    """A festival brings its own day and name, and is kept once a file."""
    key = values.get("festival", row.festival if row else "")
    if not key or (row and row.festival == key and key not in festival.known()):
        return dict(values)  # one that left the catalogue stays as it was
    same = ImportantDate.objects.filter(kol=kol, festival=key)
    if (same.exclude(pk=row.pk) if row else same).exists():
        raise ValidationError({"festival": _("This festival is on file already.")})
    return {**values, "what": festival.name_of(key), **festival.day_of(key)}


def attend(actor: Actor, row: ImportantDate, version: int | None = None) -> ImportantDate:
    """The coming day is attended to: it leaves Today until next time. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(row, version)
        if current.next_on is None or current.seen_for == current.next_on:
            raise Refused("already_settled", _("There is no coming day to attend to."))
        return note.save(actor, current, {"seen_for": current.next_on}, None)


def reopen(actor: Actor, row: ImportantDate, version: int | None = None) -> ImportantDate:
    """The coming day is not attended to after all. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(row, version)
        if current.seen_for is None or current.seen_for != current.next_on:
            raise Refused("not_settled", _("This is open: there is nothing to take back."))
        return note.save(actor, current, {"seen_for": None}, None)


def remove(actor: Actor, row: ImportantDate, version: int | None = None) -> None:
    """Take it off the file. Raises ``Conflict``."""
    note.drop(actor, row, version)


def roll(now: datetime, ahead: date, tally: Tally) -> int:
    """Set on every date whose day has passed where the KOL is; ``ahead``: no zone is further. How many."""
    passed = ImportantDate.objects.filter(next_on__lt=ahead).select_related("kol").order_by("pk")
    return sparing.in_chunks(tally, "date", list(passed), BATCH, lambda rows: set_next_days(rows, now))


def set_next_days(rows: Sequence[ImportantDate], now: datetime) -> int:
    """Write the day on which each falls next, where that is another; how many."""
    moved = []
    for row in rows:
        following = next_day(row, local_day(now, zone_of(row.kol)))
        if following != row.next_on:
            moved.append(make(ImportantDate, id=row.pk, kol_id=row.kol_id, next_on=following))
    if moved:
        copying.update(moved, ["next_on"])
        files = {row.kol_id for row in moved}
        next_due.refresh(files)
        note.tell(ImportantDate, files)
    return len(moved)


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(ImportantDate.objects.awaited().filter(kol__quiet_cause=""), "next_on", files)
