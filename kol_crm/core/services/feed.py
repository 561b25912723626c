"""One's own secret addresses for calendars and address books: made, made anew, taken back."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import feeds, history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Feed


def make(actor: Actor, kind: str, *, in_clear: bool = False) -> str:
    """A new address of this kind, as the token that is not kept; an earlier one opens nothing from now on.

    Raises ``ValidationError`` keyed by field.
    """
    known = feeds.kinds.get(kind)
    if known is None:
        raise ValidationError({"kind": _("There is no such feed.")})
    if in_clear and not known.may_be_in_clear:
        raise ValidationError({"in_clear": _("There are no contacts in it.")})
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        before = _drop(actor, kind)
        Feed.objects.create(
            user=actor.person,
            kind=kind,
            digest=feeds.digest(token),
            in_clear=in_clear,
            created_at=actor.at,
            window=actor.at,
        )
        _record(actor, before, {"kind": kind, "in_clear": in_clear})
    return token


def revoke(actor: Actor, kind: str) -> bool:
    """The address opens nothing from now on; whether there was one."""
    with transaction.atomic():
        before = _drop(actor, kind)
        if before:
            _record(actor, before, None)
    return before is not None


def _drop(actor: Actor, kind: str) -> dict | None:
    standing = Feed.objects.select_for_update().filter(user=actor.person, kind=kind).first()
    if standing is None:
        return None
    standing.delete()
    return {"kind": standing.kind, "in_clear": standing.in_clear}


def _record(actor: Actor, before: dict | None, after: dict | None) -> None:
    user = actor.person
    history.record(actor, history.identity(user.pk), user, {"feed": (before, after)})
