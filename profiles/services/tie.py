"""Ties to people (DOMAIN 3.11): to another file where there is one, else to a name."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from profiles.models import Kol, Tie
from profiles.services import note

EDITABLE = ("kind", "name", "note", "ended_on")


def add(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Tie:
    """Note who stands how to a KOL: ``other``, a file that the actor sees, or ``name``.

    Raises ``ValidationError`` keyed by field. Of the other file the history keeps the id alone: whoever may
    see this file but not that one learns no name from it.
    """
    tie = Tie(kol=kol, **values)
    demand_other_end(actor, tie)
    with transaction.atomic():
        note.add(actor, tie)
        if tie.other_id:
            history.record(actor, tie.root, tie, {"other": (None, str(tie.other_id))})
    return tie


def edit(actor: Actor, tie: Tie, changes: Mapping[str, Any], version: int | None) -> Tie:
    """The other file stays: another one is another tie. Raises ``Conflict``, ``ValidationError`` by field."""
    if "name" in changes and bool(changes["name"]) == bool(tie.other_id):
        raise ValidationError({"name": _("Either a file or a name.")})
    return note.save(actor, tie, changes, version)


def remove(actor: Actor, tie: Tie, version: int | None = None) -> None:
    """Take it off the file. Raises ``Conflict``."""
    note.drop(actor, tie, version)


def demand_other_end(actor: Actor, tie: Tie) -> None:
    """Either a file that the actor sees, and not its own, or a name. Raises ``ValidationError`` by field."""
    if bool(tie.other_id) == bool(tie.name):
        raise ValidationError({"name": _("Either a file or a name.")})
    if tie.other_id == tie.kol_id:
        raise ValidationError({"other": _("Nobody is tied to themselves.")})
    if tie.other_id and actor.user is not None and not sees(actor.user, tie.other_id):
        raise ValidationError({"other": _("There is no such row.")})


def sees(user: User, kol_id) -> bool:
    """Whether the other end may be shown to ``user``."""
    return Kol.objects.visible_to(user).filter(pk=kol_id).exists()
