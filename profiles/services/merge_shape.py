"""A file as a merge would leave it; after the merge ``shape`` says the same of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from kol_crm.core import history
from profiles.models import Account, AttributeValue, ContactPoint, Kol, KolField, LevelRecord
from profiles.rules import attribute as attributes
from profiles.services import links
from profiles.services.kol import FACTS
from profiles.services.links import Link
from profiles.services.merge_plan import ALONE, Plan, attributes_of, is_blank


def preview(made: Plan) -> dict[str, Any]:
    """The file as it will be; after the merge ``shape`` says the same of it."""
    kol = made.survivor
    facts = {name: made.columns.get(name, getattr(kol, name)) for name in (*FACTS, "team", *ALONE)}
    contacts = list(kol.contacts.all()) + list(ContactPoint.objects.filter(pk__in=made.moving(ContactPoint)))
    accounts = {row.pk: row for row in kol.accounts.all()}
    accounts |= {row.pk: row for row in Account.objects.filter(pk__in=made.moving(Account))}
    if made.swap:
        coming, going = made.swap
        del accounts[going.pk]
        accounts[coming.pk] = coming
    fields = list(kol.kol_fields.select_related("field")) + list(
        KolField.objects.filter(pk__in=made.moving(KolField)).select_related("field")
    )
    strengths = {str(row.field): made.strengths.get(row.pk, row.strength) for row in fields}
    held = [made.values.get(row.pk, row) for row in attributes_of([kol.pk])]
    moving = set(made.moving(AttributeValue))
    held += [row for row in attributes_of([made.merged.pk]) if row.pk in moving]
    counts = _counts(kol)
    for link, pks in made.moves:
        counts[link] += len(pks)
    for link, pks in made.goes:
        counts[link] -= len(pks)
    return _shaped(facts | _attribute_facts(held), contacts, list(accounts.values()), strengths, counts)


def shape(kol: Kol) -> dict[str, Any]:
    """A file as ``preview`` describes it."""
    return _shaped(
        {name: getattr(kol, name) for name in (*FACTS, "team", *ALONE)}
        | _attribute_facts(attributes_of([kol.pk])),
        list(kol.contacts.all()),
        list(kol.accounts.all()),
        {str(row.field): row.strength for row in kol.kol_fields.select_related("field")},
        _counts(kol),
    )


def _attribute_facts(rows: Sequence[AttributeValue]) -> dict[str, Any]:
    return {row.attribute.field: attributes.plain(row.value) for row in rows}


def _counts(kol: Kol) -> dict[Link, int]:
    return {link: link.rows([kol.pk]).count() for link in links.links()}


def _shaped(
    facts: Mapping[str, Any],
    contacts: Sequence[ContactPoint],
    accounts: Sequence[Account],
    fields: Mapping[str, int],
    counts: Mapping[Link, int],
) -> dict[str, Any]:
    return {
        "facts": {name: history.as_json(value) for name, value in facts.items() if not is_blank(value)},
        "contacts": sorted((row.channel, row.masked) for row in contacts),
        "accounts": sorted(str(row) for row in accounts),
        "fields": dict(sorted(fields.items())),
        "counts": {
            f"{link.model._meta.label_lower}.{link.field.name}": count
            for link, count in counts.items()
            if count and link.model not in (Kol, LevelRecord)  # levels follow from the figures of both
        },
    }
