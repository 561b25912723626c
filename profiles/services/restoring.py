"""Putting one change back: an edit like any other, through the verb of what it changed (DOMAIN 3.12)."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import Attachment, ContactPoint, Field, Kol, Quote
from profiles.models.attribute import PREFIX
from profiles.services import attachment as attachments
from profiles.services import contact as contacts
from profiles.services import kol as files
from profiles.services import picture as pictures
from profiles.services import quote as quotes
from profiles.services import restoring_notes

KOL, CONTACT, QUOTE, ATTACHMENT = (
    model._meta.label_lower for model in (Kol, ContactPoint, Quote, Attachment)
)
LISTS = ("fields", "tags")
CONTACT_FACTS = ("label", "verified_on", "dead_since", "shared", "guardian")


def restorable(change: Change) -> bool:
    """Whether this change has a value before it that a verb can put back."""
    if change.model == KOL:
        if change.field.startswith(PREFIX):
            return True
        return change.field in (*files.FACTS, "picture") or (change.field in LISTS and bool(change.before))
    if change.model in restoring_notes.MODELS:
        return restoring_notes.restorable(change)
    if change.model == QUOTE:
        return change.field in quotes.EDITABLE
    if change.model == ATTACHMENT:
        return change.field == "removed_at" and change.before is None
    return change.model == CONTACT and change.field in ("value", *CONTACT_FACTS)


def restore(actor: Actor, kol: Kol, change: Change, version: int | None) -> None:
    """Make the field what it was before ``change``. Raises ``Conflict``, ``ValidationError``."""
    if change.root != kol.pk or not restorable(change):
        raise ValidationError(_("This cannot be restored."))
    with transaction.atomic():
        if change.model == CONTACT:
            _restore_contact(actor, kol, change, version)
        elif change.model == QUOTE:
            _restore_quote(actor, kol, change, version)
        elif change.model in restoring_notes.MODELS:
            restoring_notes.restore(actor, kol, change, version, _note_before(change))
        elif change.model == ATTACHMENT:
            history.locked(kol, version)
            attachments.restore(actor, Attachment.objects.select_related("kol").get(kol=kol, pk=change.row))
        elif change.field == "picture":
            pictures.put_back(actor, kol, change.before and change.before["id"], version)
        elif change.field.startswith(PREFIX):
            files.edit(actor, kol, {change.field: change.before}, version)
        elif change.field == "fields":
            files.edit(actor, kol, {}, version, fields=fields_of(change.before or []))
        elif change.field == "tags":
            files.edit(actor, kol, {}, version, tags=change.before or [])
        else:
            files.edit(actor, kol, {change.field: value_before(Kol, change)}, version)


def _restore_contact(actor: Actor, kol: Kol, change: Change, version: int | None) -> None:
    contact = ContactPoint.objects.filter(kol=kol, pk=change.row).select_related("kol").first()
    if contact is None:
        raise ValidationError(_("This contact was removed."))
    if change.field == "value":
        contacts.change(actor, contact, {"value": contacts.kept_value(contact, change.before or {})}, version)
    else:
        contacts.change(actor, contact, {change.field: value_before(ContactPoint, change)}, version)


def _restore_quote(actor: Actor, kol: Kol, change: Change, version: int | None) -> None:
    quote = Quote.objects.filter(kol=kol, pk=change.row).first()
    if quote is None:
        raise ValidationError(_("This price was removed."))
    history.touch_version(kol, version)
    quotes.apply(actor, quote, {change.field: value_before(Quote, change)})


def _note_before(change: Change) -> Any:
    model = restoring_notes.MODELS[change.model]
    if change.field:
        return value_before(model, change)
    return {
        name: as_column(model, name, kept) for name, kept in (change.before or {}).items() if name != "kol"
    }


def fields_of(entries: list[dict[str, Any]]) -> list[tuple[Field, int]]:
    known = {field.slug: field for field in Field.objects.filter(slug__in=[row["field"] for row in entries])}
    return [(known[row["field"]], row["strength"]) for row in entries if row["field"] in known]


def value_before(model: type[models.Model], change: Change) -> Any:
    """The kept value as the column takes it."""
    return as_column(model, change.field, change.before)


def as_column(model: type[models.Model], name: str, before: Any) -> Any:
    """A value as the history keeps it, as the column ``name`` takes it."""
    column = model._meta.get_field(name)
    if isinstance(column, models.ForeignKey):
        linked = column.related_model._base_manager.filter(pk=before["id"]).first() if before else None
        if before and linked is None:
            raise ValidationError(_("%(what)s is no longer there.") % {"what": before["label"]})
        return linked
    if isinstance(column, models.DecimalField):
        return Decimal(str(before))
    if isinstance(column, models.DateTimeField):
        return parse_datetime(before) if before else None
    if isinstance(column, models.DateField):
        return parse_date(before) if before else None
    return before
