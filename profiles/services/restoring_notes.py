"""Putting a note back: a fact of it, or the whole note after it was taken off its file (DOMAIN 1.1, 3.12)."""

from collections.abc import Callable
from types import ModuleType
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import ImportantDate, Kol, LifeEvent, Need, Note, Promise, Request, Tie
from profiles.services import date, event, need, note, promise, request, tie

VERBS: dict[type[Note], ModuleType] = {
    Need: need,
    Promise: promise,
    Request: request,
    ImportantDate: date,
    LifeEvent: event,
    Tie: tie,
}
MODELS = {model._meta.label_lower: model for model in VERBS}


def restorable(change: Change) -> bool:
    model = MODELS.get(change.model)
    if model is None:
        return False
    return _removal(change) or change.field in VERBS[model].EDITABLE


def restore(actor: Actor, kol: Kol, change: Change, version: int | None, before: Any) -> None:
    """Put ``before``, the earlier value as the column takes it, back; or the note that was removed.

    A note that comes back is as it was, written anew by ``actor``. Raises ``Conflict``, ``ValidationError``.
    """
    history.locked(kol, version)
    model = MODELS[change.model]
    row = model._base_manager.filter(kol=kol, pk=change.row).select_related("kol").first()
    if _removal(change):
        if row is not None:
            raise ValidationError(_("It is on the file."))
        _put_back(actor, kol, change, before)
    elif row is None:
        raise ValidationError(_("It was taken off the file. Restore that first."))
    else:
        VERBS[model].edit(actor, row, {change.field: before}, None)


def _removal(change: Change) -> bool:
    return change.field == "" and change.after is None


def _put_back(actor: Actor, kol: Kol, change: Change, before: dict[str, Any]) -> None:
    model = MODELS[change.model]
    row = model(**{**before, "pk": change.row, "kol": kol})
    if isinstance(row, Tie) and not row.name:
        row.other_id = _other_end(change)
        tie.demand_other_end(actor, row)
    derive: Callable[[Any, Actor], dict[str, Any]] | None = getattr(VERBS[model], "derived", None)
    note.add(actor, row, **(derive(row, actor) if derive else {}))


def _other_end(change: Change) -> UUID:
    """The file at the other end stands in the history beside the tie, by its id alone."""
    told = Change.objects.filter(root=change.root, row=change.row, field="other").order_by("-at").first()
    if told is None:
        raise ValidationError(_("%(what)s is no longer there.") % {"what": _("their file")})
    return UUID(told.after)
