"""Overriding the computed level, with a reason and a dated record (DOMAIN 3.6)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history, installation, policy
from kol_crm.core.actor import Actor
from profiles.models import Kol, Level, LevelRecord
from profiles.services import standing


def override(actor: Actor, kol: Kol, level: str, reason: str, version: int | None = None) -> Kol:
    """Set the level by hand; an empty ``level`` takes that back: it follows the figures again.

    Raises ``ValidationError`` keyed ``level`` or ``reason``.
    """
    if level and level not in Level.values:
        raise ValidationError({"level": _("There is no such level.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the level differs from the figures.")})
    today = installation.day(actor.at)
    with transaction.atomic():
        if not level and not history.locked(kol, version).level_override:
            raise ValidationError({"level": _("The level follows the figures already.")})
        saved = history.save(actor, kol, {"level_override": level}, version)
        computed = None if level else standing.read([kol.pk], today, policy.current())[kol.pk].level
        LevelRecord.objects.create(
            kol=saved,
            level=(computed.level or "") if computed else level,
            since=today,
            override=computed is None,
            reason=reason.strip(),
            parts=[part.as_json() for part in computed.parts] if computed else [],
            by=actor.user,
            at=actor.at,
        )
        if computed:  # written down already: the refresh adds no record of its own
            Kol.objects.filter(pk=kol.pk).update(level=computed.level or "")
            if saved.level != (computed.level or ""):
                standing.tell_levels({kol.pk: (saved.level, computed.level or "")}, actor.at)
        standing.refresh([kol.pk], today, actor.at)
    saved.refresh_from_db(fields=["level", "verdict"])
    return saved
