"""Who may take a fact back, and how long (DOMAIN 3.12): one rule for touches and figures."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from profiles.models import Kol
from profiles.models.querysets import EDIT

BY_AUTHOR = timedelta(minutes=10)


def demand(actor: Actor, kol: Kol | None, author_id: int | None, written_at: datetime) -> None:
    """Pass its author within 10 minutes, and at any time a manager who may edit the file
    (``kol`` None: an account that nobody holds has none).

    Raises ``PermissionDenied`` for others, ``Refused`` (``too_late``) for the author afterwards.
    """
    if _is_manager(actor, kol):
        return
    if author_id != actor.person.pk:
        raise PermissionDenied(_("Only its author or a manager can take it back."))
    if actor.at - written_at > BY_AUTHOR:
        raise Refused("too_late", _("After 10 minutes only a manager can take it back."))


def _is_manager(actor: Actor, kol: Kol | None) -> bool:
    user = actor.user
    if kol is None or user is None or not (user.is_manager or user.is_admin):
        return False
    return Kol.objects.visible_to(user, EDIT).filter(pk=kol.pk).exists()
