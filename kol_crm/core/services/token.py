"""One's own API tokens: made with scopes and an end, shown once, ended at any time."""

from collections.abc import Collection
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.api.auth import SCOPES
from kol_crm.core.models import ApiToken, User

LONGEST_DAYS = 3650
OF_ADMINS = frozenset({"users:write"})


def scopes_of(user: User) -> list[str]:
    """Those that a token of this user may have."""
    return [scope for scope in SCOPES if user.is_admin or scope not in OF_ADMINS]


def create(actor: Actor, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """The token's row and the token itself, which is not kept. Raises ``ValidationError`` keyed by field."""
    errors = {}
    if not name.strip() or len(name) > 80:
        errors["name"] = _("Name what will use it, in at most 80 characters.")
    if not scopes or set(scopes) - set(scopes_of(actor.person)):
        errors["scopes"] = _("Choose what it may do.")
    if not 1 <= days <= LONGEST_DAYS:
        errors["days"] = _("Give days from 1 to %(most)s.") % {"most": LONGEST_DAYS}
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        row, token = ApiToken.objects.create(
            actor.person, name=name.strip(), scopes=sorted(set(scopes)), expiry=timedelta(days=days)
        )
        _record(actor, None, _told(row))
    return row, token


def revoke(actor: Actor, token: ApiToken) -> None:
    """It opens nothing from now on."""
    with transaction.atomic():
        _record(actor, _told(token), None)
        token.delete()


def _told(token: ApiToken) -> dict:
    return {"name": token.name, "scopes": token.scopes}


def _record(actor: Actor, before: dict | None, after: dict | None) -> None:
    user = actor.person
    history.record(actor, history.identity(user.pk), user, {"token": (before, after)})
