"""Agencies (MCN) that stand behind KOLs (DOMAIN 3.2): one record for all teams."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.core.text import fold
from profiles.models import Agency, Kol
from profiles.models.querysets import EDIT
from profiles.services import contact as contact_verbs
from profiles.services import parts

EDITABLE = ("name", "contact_person", "city", "note")


def named(actor: Actor, name: str) -> Agency:
    """The agency of this name in any spelling, else a new one; ``ValidationError`` keyed ``agency``."""
    known = Agency.objects.filter(folded=fold(_spaced(name))).first()
    if known is not None:
        return known
    try:
        return create(actor, {"name": name})
    except ValidationError as error:
        raise ValidationError({"agency": error.messages}) from error


Contacts = Sequence[Mapping[str, Any]]


def create(actor: Actor, values: Mapping[str, Any], contacts: Contacts = ()) -> Agency:
    """A new agency. Raises ``ValidationError`` keyed by field; its name in any spelling stands once."""
    agency = Agency(**{**values, "name": _spaced(values.get("name", ""))})
    agency.folded = fold(agency.name)
    _demand_single(agency)
    with transaction.atomic():
        contact_verbs.lock(None, contacts)
        history.create(actor, agency)
        parts.replace_rows(actor, agency, "contacts", contacts, contact_verbs)
    return agency


def edit(
    actor: Actor,
    agency: Agency,
    changes: Mapping[str, Any],
    version: int | None,
    contacts: Contacts | None = None,
) -> Agency:
    """Facts, and its contacts as a whole where given. Raises ``Conflict``, ``ValidationError`` by field."""
    changes = dict(changes)
    if "name" in changes:
        changes["name"] = _spaced(changes["name"])
        _demand_single(Agency(id=agency.pk, name=changes["name"], folded=fold(changes["name"])))
    with transaction.atomic():
        contact_verbs.lock(agency, contacts or ())
        current = history.locked(agency, version)
        saved = history.save(actor, current, changes, None, derive=lambda row: {"folded": fold(row.name)})
        moved = contacts is not None and parts.replace_rows(actor, saved, "contacts", contacts, contact_verbs)
        if moved and saved.version == current.version:
            saved = history.touch_version(saved, None)
    return saved


def owns_a_file(user: User, agency: Agency) -> bool:
    """Whether one of its KOLs is the user's own: such a person gives no reason to see its contacts."""
    return Kol.objects.visible_to(user, EDIT).filter(agency=agency, owner=user).exists()


def _spaced(name: str) -> str:
    return " ".join(name.split())


def _demand_single(agency: Agency) -> None:
    if Agency.objects.filter(folded=agency.folded).exclude(pk=agency.pk).exists():
        raise ValidationError({"name": _("There is an agency of this name.")})
