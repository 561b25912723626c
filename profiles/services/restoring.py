"""Putting one change back: an edit like any other, through the verb of what it changed (DOMAIN 3.12)."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import ContactPoint, Field, Kol, Quote
from profiles.services import contact as contacts
from profiles.services import kol as files
from profiles.services import quote as quotes

KOL, CONTACT, QUOTE = (model._meta.label_lower for model in (Kol, ContactPoint, Quote))
LISTS = ("fields", "tags")
CONTACT_FACTS = ("label", "verified_on", "dead_since", "shared", "guardian")


def restorable(change: Change) -> bool:
    """Whether this change has a value before it that a verb can put back."""
    if change.model == KOL:
        return change.field in files.FACTS or (change.field in LISTS and bool(change.before))
    if change.model == QUOTE:
        return change.field in quotes.EDITABLE
    return change.model == CONTACT and change.field in ("value", *CONTACT_FACTS)


def restore(actor: Actor, kol: Kol, change: Change, version: int) -> None:
    """Make the field what it was before ``change``. Raises ``Conflict``, ``ValidationError``."""
    if change.root != kol.pk or not restorable(change):
        raise ValidationError(_("This cannot be restored."))
    with transaction.atomic():
        if change.model == CONTACT:
            _restore_contact(actor, kol, change, version)
        elif change.model == QUOTE:
            _restore_quote(actor, kol, change, version)
        elif change.field == "fields":
            files.edit(actor, kol, {}, version, fields=_fields(change.before or []))
        elif change.field == "tags":
            files.edit(actor, kol, {}, version, tags=change.before or [])
        else:
            files.edit(actor, kol, {change.field: _value(Kol, change)}, version)


def _restore_contact(actor: Actor, kol: Kol, change: Change, version: int) -> None:
    contact = ContactPoint.objects.filter(kol=kol, pk=change.row).select_related("kol").first()
    if contact is None:
        raise ValidationError(_("This contact was removed."))
    if change.field == "value":
        contacts.change(actor, contact, {"value": contacts.kept_value(contact, change.before or {})}, version)
    else:
        contacts.change(actor, contact, {change.field: _value(ContactPoint, change)}, version)


def _restore_quote(actor: Actor, kol: Kol, change: Change, version: int) -> None:
    quote = Quote.objects.filter(kol=kol, pk=change.row).first()
    if quote is None:
        raise ValidationError(_("This price was removed."))
    history.touch_version(kol, version)
    quotes.apply(actor, quote, {change.field: _value(Quote, change)})


def _fields(entries: list[dict[str, Any]]) -> list[tuple[Field, int]]:
    known = {field.slug: field for field in Field.objects.filter(slug__in=[row["field"] for row in entries])}
    return [(known[row["field"]], row["strength"]) for row in entries if row["field"] in known]


def _value(model: type[models.Model], change: Change) -> Any:
    """The kept value as the column takes it."""
    column, before = model._meta.get_field(change.field), change.before
    if isinstance(column, models.ForeignKey):
        linked = column.related_model._base_manager.filter(pk=before["id"]).first() if before else None
        if before and linked is None:
            raise ValidationError(_("%(what)s is no longer there.") % {"what": before["label"]})
        return linked
    if isinstance(column, models.DecimalField):
        return Decimal(str(before))
    if isinstance(column, models.DateField):
        return parse_date(before) if before else None
    return before
