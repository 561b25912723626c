"""Agencies (MCN) that stand behind KOLs (DOMAIN 3.2)."""

from django.core.exceptions import ValidationError

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.text import fold
from profiles.models import Agency


def named(actor: Actor, name: str) -> Agency:
    """The agency of this name in any spelling, else a new one; ``ValidationError`` keyed ``agency``."""
    name = " ".join(name.split())
    known = Agency.objects.filter(folded=fold(name)).first()
    if known is not None:
        return known
    try:
        return history.create(actor, Agency(name=name, folded=fold(name)))
    except ValidationError as error:
        raise ValidationError({"agency": error.messages}) from error
