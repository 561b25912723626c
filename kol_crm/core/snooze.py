"""Putting a row of Today off: it is gone for this user until a day, and nothing else changes (DOMAIN 8.1)."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.kept import KeptRows
from kol_crm.core.models import Snooze

LONGEST = timedelta(days=366)
HIDDEN = KeptRows(lambda user, day: hidden_rows(user, day).values_list("key", flat=True))


def put_off(actor: Actor, key: str, until: date, day: date) -> Snooze:
    """Hide the row until ``until``; ``day`` is the user's day. A later call moves the date.

    Raises ``ValidationError`` at ``until`` unless it lies after ``day`` and within a year.
    """
    if not day < until <= day + LONGEST:
        raise ValidationError({"until": _("Choose a day after today and within a year.")})
    with transaction.atomic():
        row = Snooze.objects.select_for_update().filter(user=actor.user, key=key).first()
        if row is None:
            return history.create(actor, Snooze(user=actor.user, key=key, until=until))
        return history.save_child(actor, row, {"until": until}, root=row.pk)


def take_back(actor: Actor, key: str) -> bool:
    """Show the row again; whether it was hidden."""
    with transaction.atomic():
        row = Snooze.objects.select_for_update().filter(user=actor.user, key=key).first()
        if row is not None:
            history.remove(actor, row, root=row.pk)
    return row is not None


def hidden(user, day: date) -> frozenset[str]:
    """Keys of the rows that the user does not want to see on ``day`` (one query)."""
    return frozenset(HIDDEN.of(user.pk, day))


def hidden_rows(user, day: date) -> QuerySet[Snooze]:
    return Snooze.objects.filter(user=user, until__gt=day)


def day_for(choice: str, day: date) -> date:
    """``1`` or ``3`` (days), ``monday`` or an ISO date. Raises ``ValidationError`` at ``until``."""
    if choice == "monday":
        return day + timedelta(days=7 - day.weekday())
    try:
        return day + timedelta(days=int(choice)) if len(choice) < 4 else date.fromisoformat(choice)
    except ValueError:
        raise ValidationError({"until": _("Enter a day.")}) from None
