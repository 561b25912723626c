"""Overriding the computed level, with a reason and a dated record (DOMAIN 3.6)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import Kol, Level, LevelRecord
from profiles.services import standing


def override(actor: Actor, kol: Kol, level: str, reason: str, version: int | None = None) -> Kol:
    """Set the level by hand; an empty ``level`` goes back to the computed one.

    Raises ``ValidationError`` keyed ``level`` or ``reason``.
    """
    if level and level not in Level.values:
        raise ValidationError({"level": _("There is no such level.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the level differs from the figures.")})
    today = localdate(actor.at)
    with transaction.atomic():
        saved = history.save(actor, kol, {"level_override": level}, version)
        LevelRecord.objects.create(
            kol=saved,
            level=level,
            since=today,
            override=True,
            reason=reason.strip(),
            by=actor.user,
            at=actor.at,
        )
        standing.refresh([kol.pk], today, actor.at)
    saved.refresh_from_db(fields=["level", "verdict"])
    return saved
