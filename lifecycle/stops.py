"""Whether a KOL is stopped: what every verb asks that gives, pays, exports or uses a slot (DOMAIN 5.6)."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lifecycle.models import Stop
from profiles.models import Kol


def demand_none_standing(kol_id: UUID, field: str) -> None:
    """Lock the file, then raise ``ValidationError`` at ``field`` while a stop of it stands.

    Call inside the transaction of the verb, before anything else is locked: a stop is set under the same
    lock, so that either it is seen here or what is given now was given before it.
    """
    Kol._base_manager.select_for_update().get(pk=kol_id)
    row = Stop.objects.standing().filter(kol=kol_id).order_by("created_at", "id").first()
    if row is not None:
        words = _("%(cause)s: nothing is granted, paid or used until a manager has lifted it.")
        raise ValidationError({field: words % {"cause": row.get_cause_display()}})


def standing_of(kol_ids: Collection[UUID]) -> set[UUID]:
    """The set form: lock these files, then say which of them a stop holds. Call it as the other."""
    list(Kol._base_manager.select_for_update().filter(pk__in=kol_ids).order_by("pk").values_list("pk"))
    return set(Stop.objects.standing().filter(kol__in=kol_ids).values_list("kol", flat=True))
