"""Sources: systems that push files under a name of their own; of which facts each has the last word."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy, rights
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.core.shapes import Number
from profiles.models import Attribute, Source
from profiles.models.attribute import PREFIX
from profiles.services.kol import FACTS

LISTS = ("contacts", "accounts", "fields", "tags")
OWNABLE = (*(name for name in FACTS if name != "owner"), *LISTS)
EDITABLE = frozenset({"name", "owner", "owns", "retired"})
HELD_HOURS = policy.declare(
    "person_holds_hours",
    24,
    gettext_lazy("What a person changed stands against other systems for"),
    gettext_lazy("hours"),
    section=policy.SAFETY,
    shape=Number(0, 720),
)


def add(actor: Actor, values: Mapping[str, Any]) -> Source:
    """A new source. Raises ``ValidationError`` keyed by field."""
    _demand(actor)
    history.only_facts(values, {*EDITABLE, "slug"})
    with transaction.atomic():
        row = Source(**values)
        _check(row, row.owns)
        return history.create(actor, row)


def edit(actor: Actor, row: Source, changes: Mapping[str, Any], version: int | None) -> Source:
    """Another name or owner, other facts, retired. Raises ``Conflict``, ``ValidationError`` by field."""
    _demand(actor)
    history.only_facts(changes, EDITABLE)
    with transaction.atomic():
        current = history.locked(row, version)
        if "owns" in changes or changes.get("retired") is False:
            _check(current, changes.get("owns", current.owns))
        return history.save(actor, current, changes, None)


def of(user: User, slug: str) -> Source:
    """The source of this key, if its tokens are this user's. Raises ``ValidationError`` keyed ``source``."""
    row = Source.objects.filter(slug=slug, owner=user, retired=False).first()
    if row is None:
        raise ValidationError({"source": _("There is no such source of yours.")})
    return row


def owned_by_others(source: Source) -> dict[str, str]:
    """Facts that other sources own, with the name of each (one query)."""
    others = Source.objects.filter(retired=False).exclude(pk=source.pk)
    return {fact: row.name for row in others for fact in row.owns}


def ownable() -> list[str]:
    """The facts that a source may own: a file's own, its lists, attributes that are asked for (one query)."""
    return [*OWNABLE, *(one.field for one in Attribute.objects.filter(retired_at=None))]


def _check(row: Source, owns: Collection[str]) -> None:
    """Facts there are, each with one owner. Sources are few: all are locked, so that no two edits meet."""
    known = set(ownable())
    if unknown := [fact for fact in owns if fact not in known and not fact.startswith(PREFIX)]:
        words = {"facts": ", ".join(map(str, unknown))}
        raise ValidationError({"owns": _("A file has no such fact: %(facts)s.") % words})
    others = Source.objects.select_for_update().filter(retired=False).exclude(pk=row.pk).order_by("pk")
    for other in others:
        if both := [fact for fact in owns if fact in other.owns]:
            told = {"facts": ", ".join(both), "source": other.name}
            raise ValidationError({"owns": _("%(source)s owns already: %(facts)s.") % told})


def _demand(actor: Actor) -> None:
    if actor.user is not None:
        rights.demand(actor.user, rights.edits_attributes)
