"""When a departed KOL is looked at again: on Today from that date, until won back or put off (DOMAIN 5.1)."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.days import installation_day
from lifecycle.models import Stay
from profiles.models import Kol, Stage
from profiles.models.querysets import EDIT
from profiles.services import access, next_due, note

LATEST = timedelta(days=3650)


def put_off(actor: Actor, kol: Kol, look_again_on: date, version: int | None = None) -> Stay:
    """Another date to look again at somebody who departed; the move keeps the first one.

    Raises ``PermissionDenied``, ``Conflict``, ``Refused`` (``archived``, ``not_departed``),
    ``ValidationError`` keyed ``look_again_on``.
    """
    day = installation_day(actor.at)
    with transaction.atomic():
        current = history.locked(kol, None)
        access.demand(actor.user, kol, EDIT, _("Only its owner or a manager can change this."))
        if current.is_archived:
            raise Refused("archived", _("An archived file does not move."))
        if current.stage != Stage.DEPARTED:
            raise Refused("not_departed", _("Only the departed are looked at again."))
        if not day < look_again_on <= day + LATEST:
            raise ValidationError({"look_again_on": _("Choose a day after today and within ten years.")})
        history.touch_version(current, version)
        stay = Stay.objects.get(kol=current, until=None)
        history.save_child(actor, stay, {"look_again_on": look_again_on}, root=current.pk)
        next_due.refresh([current.pk])
    return stay


def due_dates(files: QuerySet) -> QuerySet:
    """What the departed hand in for next due (DOMAIN 3.13)."""
    return note.dates(Stay.objects.filter(until=None), "look_again_on", files)
