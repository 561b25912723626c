"""Reminders of an exclusivity's end for the morning mail, as those of reviews (DOMAIN 5.6; RELIABILITY 1)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction

from kol_crm.core import clock, policy
from kol_crm.core.actor import Actor
from kol_crm.core.workdays import HOLIDAYS
from lifecycle.models import Exclusivity, ExclusivityNotice
from lifecycle.services import exclusivity, reminder
from profiles.models import Kol


def key_of(row: Exclusivity, days_before: int) -> str:
    """The natural key: kind, agreement, its end, days before."""
    return f"exclusivity:{row.pk}:{row.ends_on.isoformat()}:{days_before}"


def plan(actor: Actor, since: date, until: date) -> int:
    """Insert the notices whose working day lies from ``since`` to ``until``; how many were new.

    What stands is left alone; one not yet mailed follows the file to its new owner. One whose own day is past
    comes no more: ``since`` may reach back to where a break began in which an agreement was entered.
    """
    wanted = {one.key: one for one in _notices(since, until)}
    with transaction.atomic():
        standing = {row.key: row for row in ExclusivityNotice.objects.filter(key__in=list(wanted))}
        moved = [
            row for key, row in standing.items() if row.send_id is None and row.user_id != wanted[key].user_id
        ]
        for row in moved:
            row.user_id = wanted[row.key].user_id
        ExclusivityNotice.objects.bulk_update(moved, ["user"], batch_size=reminder.BATCH)
        fresh = [one for key, one in wanted.items() if key not in standing]
        for one in fresh:
            one.created_at = actor.at
        ExclusivityNotice.objects.bulk_create(fresh, batch_size=reminder.BATCH, ignore_conflicts=True)
    return len(fresh)


def _notices(since: date, until: date) -> Iterator[ExclusivityNotice]:
    country, today = policy.current().get(HOLIDAYS), until
    living = Exclusivity.objects.filter(kol__in=Kol.objects.active(), ended_on=None, renewed_by=None)
    for n in exclusivity.days_before():
        ahead = timedelta(days=n)
        near = living.filter(ends_on__gte=since + ahead, ends_on__lte=until + ahead + reminder.LONGEST_BREAK)
        for row in near.select_related("kol__owner"):
            on = clock.working_day_before(row.ends_on - ahead, country)
            if since <= on <= until and row.ends_on - ahead >= today:
                yield ExclusivityNotice(key=key_of(row, n), exclusivity=row, user=row.kol.owner, on=on)
