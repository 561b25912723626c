"""The lists of a file: filled at birth, replaced as a whole by form or PUT."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import history, vault
from kol_crm.core.actor import Actor
from kol_crm.core.text import fold
from profiles.models import ContactPoint, Kol, KolField, KolTag, Tag
from profiles.services import account as account_verbs
from profiles.services import catalogue, many_contacts
from profiles.services import contact as contact_verbs
from profiles.services import quote as quote_verbs

FieldStrengths = Sequence[tuple[Any, int]]


def fill(
    actor: Actor,
    kol: Kol,
    *,
    contacts: Sequence[Mapping[str, Any]],
    accounts: Sequence[Mapping[str, Any]],
    fields: FieldStrengths,
    tags: Sequence[str],
    quotes: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Everything that hangs on a new file. Raises ``ValidationError`` keyed ``contacts.0.value``, …"""
    if contacts:
        _fill_contacts(actor, kol, contacts)
    for name, entries, verbs in (
        ("accounts", accounts, account_verbs),
        ("quotes", quotes, quote_verbs),
    ):
        _set_rows(actor, kol, name, entries, verbs, {})  # nothing hangs on it yet that would have to be read
    replace(actor, kol, contacts=None, accounts=None, fields=fields or None, tags=tags or None)


def _fill_contacts(actor: Actor, kol: Kol, entries: Sequence[Mapping[str, Any]]) -> None:
    _demand_known("contacts", entries, {})
    key = vault.new_keys([kol.pk])[kol.pk]
    rows: list[ContactPoint] = []
    for place, entry in enumerate(entries):
        row = _at(f"contacts.{place}", contact_verbs.build, kol, _without_id(entry), key)
        _at(f"contacts.{place}", many_contacts.join, row, rows)
    history.record_many(actor, many_contacts.insert(rows, raised={kol.pk}))


def replace(
    actor: Actor,
    kol: Kol,
    *,
    contacts: Sequence[Mapping[str, Any]] | None,
    accounts: Sequence[Mapping[str, Any]] | None,
    fields: FieldStrengths | None,
    tags: Sequence[str] | None,
    quotes: Sequence[Mapping[str, Any]] | None = None,
) -> bool:
    """Make the given lists what they are said to be; None leaves one alone. True when anything was written.

    Entries with an ``id`` change that row, entries without one are added, rows not named are taken off.
    """
    moved = False
    if contacts is not None:
        moved |= replace_rows(actor, kol, "contacts", contacts, contact_verbs)
    if accounts is not None:
        moved |= replace_rows(actor, kol, "accounts", accounts, account_verbs)
    if quotes is not None:
        moved |= replace_rows(actor, kol, "quotes", quotes, quote_verbs)
    if fields is not None:
        moved |= _replace_fields(actor, kol, fields)
    if tags is not None:
        moved |= _replace_tags(actor, kol, tags)
    return moved


def _at(place: str, act: Callable[..., Any], *given: Any) -> Any:
    """Do it; its errors are keyed by where in the list they are."""
    try:
        return act(*given)
    except ValidationError as error:
        raise ValidationError(
            {f"{place}.{key}": list(msgs) for key, msgs in _by_key(error).items()}
        ) from error


def _by_key(error: ValidationError) -> Mapping[str, list]:
    return error.message_dict if hasattr(error, "error_dict") else {"value": error.messages}


def replace_rows(actor: Actor, kol: Any, name: str, entries: Sequence[Mapping[str, Any]], verbs) -> bool:
    """One list of a file or an agency, made what it is said to be; whether anything was written."""
    present = {str(row.pk): row for row in getattr(kol, name).all()}
    before = history.Change.objects.filter(change_set=actor.change_set).count()
    _set_rows(actor, kol, name, entries, verbs, present)
    return history.Change.objects.filter(change_set=actor.change_set).count() > before


def _set_rows(
    actor: Actor,
    kol: Any,
    name: str,
    entries: Sequence[Mapping[str, Any]],
    verbs,
    present: Mapping[str, Any],
) -> None:
    """``present``: the rows that stand, by their ids."""
    kept = {str(entry["id"]) for entry in entries if entry.get("id")}
    _demand_known(name, entries, present)
    for key, row in present.items():
        if key not in kept:
            verbs.drop(actor, row)
    for place, entry in enumerate(entries):
        values = _without_id(entry)
        if entry.get("id"):
            _at(f"{name}.{place}", verbs.apply, actor, present[str(entry["id"])], values)
        else:
            row = _at(f"{name}.{place}", verbs.build, kol, values)
            _at(f"{name}.{place}", verbs.insert, actor, row)


def _demand_known(name: str, entries: Sequence[Mapping[str, Any]], present: Mapping[str, Any]) -> None:
    for place, entry in enumerate(entries):
        if entry.get("id") and str(entry["id"]) not in present:
            raise ValidationError({f"{name}.{place}.id": _("There is no such row on this file.")})


def _without_id(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != "id"}


def _replace_fields(actor: Actor, kol: Kol, fields: FieldStrengths) -> bool:
    present = list(kol.kol_fields.select_related("field").order_by("position"))
    before = [{"field": row.field.slug, "strength": row.strength} for row in present]
    after = [{"field": field.slug, "strength": strength} for field, strength in fields]
    if before == after:
        return False
    if len({entry["field"] for entry in after}) < len(after):
        raise ValidationError({"fields": _("A field is named twice.")})
    catalogue.demand_offered("fields", [field for field, _s in fields], {row.field_id for row in present})
    rows = [
        KolField(kol=kol, field=field, strength=strength, position=place)
        for place, (field, strength) in enumerate(fields)
    ]
    for place, row in enumerate(rows):
        _at(f"fields.{place}", row.clean_fields)
        if not 1 <= row.strength <= 5:
            raise ValidationError({f"fields.{place}.strength": _("Strength is a number from 1 to 5.")})
    kol.kol_fields.all().delete()
    KolField.objects.bulk_create(rows)
    main = min(rows, key=lambda row: (-row.strength, row.position), default=None)
    kol.main_field = main.field if main else None
    Kol.objects.filter(pk=kol.pk).update(main_field=kol.main_field)
    history.record(actor, kol.pk, kol, {"fields": (before, after)})
    return True


def _replace_tags(actor: Actor, kol: Kol, words: Sequence[str]) -> bool:
    wanted = {fold(word): word.strip()[:40] for word in words if word.strip()}
    present = {row.tag.folded: row for row in kol.kol_tags.select_related("tag")}
    if wanted.keys() == present.keys():
        return False
    for folded in present.keys() - wanted.keys():
        present[folded].delete()
    for folded in sorted(wanted.keys() - present.keys()):
        tag, _new = Tag.objects.get_or_create(
            team_id=kol.team_id, folded=folded, defaults={"name": wanted[folded]}
        )
        KolTag.objects.create(kol=kol, tag=tag)
    before = sorted(row.tag.name for row in present.values())
    history.record(actor, kol.pk, kol, {"tags": (before, sorted(wanted.values()))})
    return True
