"""Pinning entries of a file's story on top."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles import timeline
from profiles.models import Kol, Pin

MOST = 5  # more would push the story itself out of sight


def put(actor: Actor, kol: Kol, kind: str, entry: UUID, at: datetime) -> Pin:
    """Pin this entry; again changes nothing.

    Raises ``ValidationError`` keyed ``entry`` beyond ``MOST``, and where the story tells no such entry: a
    pin on nothing would take the place of one that is seen.
    """
    with transaction.atomic():
        history.locked(kol, None)
        pins = list(Pin.objects.filter(kol=kol))
        standing = next((pin for pin in pins if pin.entry == entry), None)
        if standing is not None:
            return standing
        if len(pins) >= MOST:
            raise ValidationError({"entry": _("At most %(n)d entries are pinned.") % {"n": MOST}})
        if timeline.standing_at(kol, kind, entry, at) is None:
            raise ValidationError({"entry": _("The story of this file has no such entry.")})
        row = Pin(kol=kol, kind=kind, entry=entry, at=at, by=actor.user, pinned_at=actor.at)
        return history.create(actor, row)


def take_off(actor: Actor, kol: Kol, entry: UUID) -> bool:
    """Whether it was pinned."""
    with transaction.atomic():
        row = Pin.objects.select_for_update().filter(kol=kol, entry=entry).first()
        if row is not None:
            history.remove(actor, row, root=row.pk)
    return row is not None
