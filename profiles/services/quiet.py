"""The quiet mark: never written to by the software while it stands (DOMAIN 3.11)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import Kol, QuietCause
from profiles.services import kol as kol_verbs


def set_mark(actor: Actor, kol: Kol, cause: str, version: int | None = None) -> Kol:
    """Set the mark with its cause. Raises ``ValidationError`` keyed ``quiet_cause``."""
    if cause not in QuietCause.values:
        raise ValidationError({"quiet_cause": _("Say why nobody may write to them.")})
    return _save(actor, kol, cause, version)


def clear(actor: Actor, kol: Kol, version: int | None = None) -> Kol:
    """Take the mark off."""
    return _save(actor, kol, "", version)


def put(actor: Actor, kol: Kol, cause: str, version: int | None = None) -> Kol:
    """Set the mark, or with no cause take it off."""
    return set_mark(actor, kol, cause, version) if cause else clear(actor, kol, version)


def _save(actor: Actor, kol: Kol, cause: str, version: int | None) -> Kol:
    with transaction.atomic():
        saved = history.save(actor, kol, {"quiet_cause": cause}, version)
        kol_verbs.tell(actor, [kol.pk])
    return saved
