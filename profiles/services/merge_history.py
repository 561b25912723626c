"""What the histories say of the rows that a merge, or taking it back, moved (DOMAIN 3.12)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import models

from kol_crm.core import history
from profiles.models import AttributeValue, ContactPoint, Follow, Holding, Kol, KolField, KolTag, Picture, Pin
from profiles.rules import attribute as rules
from profiles.services import contact, links
from profiles.services.links import Kept

Entry = tuple[UUID, models.Model, history.Diffs]
Names = Mapping[str, str]
# Told as lists of the file, or by no history at all.
UNTOLD = (KolField, KolTag, Follow, Pin, Picture, Holding)


def names(*kol_ids: UUID) -> Names:
    """What the files are called, by id."""
    return {str(pk): name for pk, name in Kol.objects.filter(pk__in=kol_ids).values_list("pk", "name")}


def entry(root: UUID, row: models.Model, before: Kept, after: Kept, known: Names) -> Entry | None:
    """What is to be recorded on the file ``root`` of a row that was ``before`` and is ``after``."""
    if isinstance(row, UNTOLD):
        return None
    if isinstance(row, AttributeValue):
        diff = (_value_on(root, row, before), _value_on(root, row, after))
        return (root, Kol(pk=root), {row.attribute.field: diff}) if diff[0] != diff[1] else None
    return root, row, differences(row, before, after, known)


def differences(row: models.Model, before: Kept, after: Kept, known: Names) -> dict[str, tuple[Any, Any]]:
    """The columns in which they differ; of a sealed one nothing, of whose it is the name."""
    fields = {field.attname: field for field in row._meta.concrete_fields}
    found = {}
    for column, value in before.items():
        field, other = fields[column], after.get(column)
        if value == other or isinstance(field, models.BinaryField):
            continue
        found[field.name] = (value, other)
        if field.name == "kol":
            found[field.name] = (_whose(value, known), _whose(other, known))
    return found


def _whose(kol: Any, known: Names) -> Any:
    return {"id": kol, "label": known[kol]} if kol in known else kol


def born(row: models.Model) -> dict[str, Any]:
    """What is recorded of a copy."""
    if isinstance(row, ContactPoint):
        kept = history.snapshot(row, ("channel", "label", "preferred", "guardian", "shared"))
        return {**kept, "value": contact.protected(row)}
    return history.snapshot(row)


def _value_on(root: UUID, row: AttributeValue, kept: Kept) -> Any:
    """The attribute of the file ``root`` that these columns hold, as the history has it; None: not its."""
    if kept["kol_id"] != str(root):
        return None
    there = AttributeValue(**links.values(AttributeValue, kept))
    there.attribute = row.attribute
    return rules.plain(there.value)


def lists(kol: UUID) -> dict[str, list[Any]]:
    """Fields and tags of a file, as the history keeps them."""
    fields = KolField.objects.filter(kol=kol).select_related("field").order_by("position")
    tags = KolTag.objects.filter(kol=kol).select_related("tag")
    return {
        "fields": [{"field": row.field.slug, "strength": row.strength} for row in fields],
        "tags": sorted(str(row.tag) for row in tags),
    }


def of_lists(kol: UUID, before: Mapping[str, list[Any]]) -> Entry:
    """What became of fields and tags since ``before``."""
    after = lists(kol)
    diffs = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    return kol, Kol(pk=kol), diffs
