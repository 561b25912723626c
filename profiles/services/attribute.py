"""Attributes: which there are, kept by admins; and their values, facts of the file (DOMAIN 1.3, 3.12)."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.kept import Kept, KeptRows
from kol_crm.core.text import fold
from profiles.models import Attribute, AttributeKind, AttributeValue, Kol
from profiles.models.attribute import COLUMNS, PREFIX
from profiles.rules import attribute as rules

EDITABLE = ("name_en", "name_zh", "kind", "group", "choices", "position", "required")
MOST_CHOICES = 200
BATCH = 500
VALUE_COLUMNS = sorted(set(COLUMNS.values()))
VALUES = Kept(
    "kol_id",
    lambda ours: (
        AttributeValue.objects.filter(ours, attribute__retired_at=None)
        .order_by("attribute__position", "attribute__key")
        .values_list("kol_id", "attribute__key", "attribute__kind", *VALUE_COLUMNS)
    ),
)
# The same as JSON: what a row has beside its file, and how its value is written (as ``rules.plain`` does).
VALUE_NAMES = ("key", "kind", *VALUE_COLUMNS)
_WRITTEN = {"number": "to_json(trim_scale(number)::text)"}
PLAIN_JSON = " ".join(
    (
        "CASE kind",
        *(
            f"WHEN '{kind}' THEN {_WRITTEN.get(column, f'to_json({column})')}"
            for kind, column in COLUMNS.items()
        ),
        "END",
    )
)
PEOPLE = ("page", "api")  # doors at which what is required is asked for


def create(actor: Actor, values: Mapping[str, Any]) -> Attribute:
    """A new attribute. Raises ``ValidationError`` keyed by field."""
    row = Attribute(**values)
    row.choices = _choices(row.kind, row.choices)
    return history.create(actor, row)


def edit(actor: Actor, attribute: Attribute, values: Mapping[str, Any], version: int | None) -> Attribute:
    """Change what it is called, where it stands, its choices; its kind only while nothing holds a value.

    A choice that is left out is retired, not forgotten: the rows that have it keep it. Raises ``Conflict``,
    ``ValidationError`` keyed by field.
    """
    changes = {name: values[name] for name in EDITABLE if name in values}
    with transaction.atomic():
        current = history.locked(attribute, version)
        kind = changes.get("kind", current.kind)
        if kind != current.kind and current.values.exists():
            raise ValidationError({"kind": _("Files hold values of it; add another attribute instead.")})
        if "choices" in changes:
            changes["choices"] = _with_retired(_choices(kind, changes["choices"]), current.choices)
        return history.save(actor, current, changes, None)


def retire(actor: Actor, attribute: Attribute, version: int | None = None) -> Attribute:
    """No longer asked for or shown; its values stay, and it can be taken up again."""
    return history.save(actor, attribute, {"retired_at": actor.at}, version)


def take_up(actor: Actor, attribute: Attribute, version: int | None = None) -> Attribute:
    """A retired attribute is asked for again, with the values that it had."""
    return history.save(actor, attribute, {"retired_at": None}, version)


def key_of(words: str) -> str:
    """A key made of words, as it goes into addresses and tables; empty where none of them is Latin."""
    return re.sub(r"[^a-z0-9]+", "_", fold(words)).strip("_")[:40]


def _choices(kind: str, given: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Choices with keys of their own. Raises ``ValidationError`` keyed ``choices``."""
    if kind != AttributeKind.CHOICE:
        return []
    found: list[dict[str, Any]] = []
    for one in given:
        name_en, name_zh = str(one.get("name_en", "")).strip(), str(one.get("name_zh", "")).strip()
        name_en, name_zh = name_en or name_zh, name_zh or name_en
        key = one.get("key") or _key_of(name_en, {row["key"] for row in found})
        found.append(
            {"key": key, "name_en": name_en, "name_zh": name_zh, "retired": bool(one.get("retired"))}
        )
    names = [fold(one["name_en"]) for one in found if not one["retired"]]
    if not names or not all(names):
        raise ValidationError({"choices": _("Name at least one choice.")})
    if len(names) != len(set(names)) or len({one["key"] for one in found}) != len(found):
        raise ValidationError({"choices": _("A choice is named twice.")})
    if len(found) > MOST_CHOICES:
        raise ValidationError({"choices": _("At most %(n)d choices.") % {"n": MOST_CHOICES}})
    return found


def _key_of(name: str, taken: set[str]) -> str:
    stem = re.sub(r"[^\w]+", "_", fold(name)).strip("_")[:40] or "choice"
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def _with_retired(choices: list[dict[str, Any]], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    kept = {one["key"] for one in choices}
    return [*choices, *({**one, "retired": True} for one in before if one["key"] not in kept)]


# Values


def standing() -> list[Attribute]:
    """The attributes that are asked for, in their order (one query)."""
    return list(Attribute.objects.filter(retired_at=None))


def retired() -> list[Attribute]:
    """Those no longer asked for, in their order (one query)."""
    return list(Attribute.objects.exclude(retired_at=None))


def values_of(kol_ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
    """What is known of each file, by the key of the attribute; retired ones left out (one query)."""
    found: dict[UUID, dict[str, Any]] = {kol_id: {} for kol_id in kol_ids}
    for kol_id, key, kind, *values in VALUES.of(kol_ids):
        found[kol_id][key] = value_of(kind, *values)
    return found


def value_of(kind: str, *values: Any) -> Any:
    """Which of the values, in the order of ``VALUE_COLUMNS``, an attribute of this kind has."""
    return values[VALUE_COLUMNS.index(COLUMNS[AttributeKind(kind)])]


def plain_of(kind: str, *values: Any) -> str | bool | None:
    return rules.plain(value_of(kind, *values))


def split(changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The facts of the file's own columns, and the attributes among them by key."""
    own = {name: value for name, value in changes.items() if not name.startswith(PREFIX)}
    return own, {
        name.removeprefix(PREFIX): value for name, value in changes.items() if name.startswith(PREFIX)
    }


def demand_required(actor: Actor, given: Mapping[str, Any]) -> None:
    """A new file made by hand or by a client says what is required. Raises ``ValidationError`` by field."""
    if actor.door not in PEOPLE:
        return
    missing = [one for one in required() if given.get(one.key) in (None, "")]
    if missing:
        raise ValidationError({one.field: _("This is required.") for one in missing})


def check(given: Mapping[str, Any]) -> dict[str, str | bool | None]:
    """The values that many files are to take alike, by key, as the history keeps them.

    Raises ``ValidationError`` keyed ``attr_<key>``: unknown or retired, not of its kind, empty but required.
    """
    known = Attribute.objects.standing_by_key(given)
    found: dict[str, str | bool | None] = {}
    errors: dict[str, list] = {}
    for key, raw in given.items():
        try:
            found[key] = rules.plain(_allowed(known.get(key), raw))
            if found[key] is None and known[key].required:
                raise ValidationError(_("This is required."))
        except ValidationError as error:
            errors[f"{PREFIX}{key}"] = error.messages
    if errors:
        raise ValidationError(errors)
    return found


def _allowed(attribute: Attribute | None, raw: Any, before: Any = None) -> Any:
    """The value that ``raw`` stands for, where it stands beside ``before``. Raises ``ValidationError``."""
    if attribute is None:
        raise ValidationError(_("There is no such attribute."))
    value = rules.parse(attribute.kind, raw, attribute.choices)
    chooses = attribute.kind == AttributeKind.CHOICE and value not in (None, before)
    if chooses and value not in {key for key, _name in attribute.offered()}:
        raise ValidationError(_("This choice is no longer given."))
    return value


def may_stand(attributes: Mapping[str, Attribute], key: str, kept: Any) -> bool:
    """Whether a file may have this value of the history again: a choice may be gone, or the attribute."""
    try:
        value = _allowed(attributes.get(key), kept)
    except ValidationError:
        return False
    return value is not None or not attributes[key].required


def put(actor: Actor, kol: Kol, given: Mapping[str, Any]) -> bool:
    """Make these attributes of one file what they are said to be; None and empty clear. True when written."""
    return bool(given) and bool(put_many(actor, [(kol, given)]))


def put_many(actor: Actor, entries: Sequence[tuple[Kol, Mapping[str, Any]]]) -> set[UUID]:
    """The set form of ``put``, in a fixed number of statements; the files that were written.

    Call inside the transaction of the verb, which has raised or raises the files' versions. Raises
    ``ValidationError`` keyed ``attr_<key>`` with nothing written.
    """
    keys = {key for _kol, given in entries for key in given}
    known = Attribute.objects.standing_by_key(keys)
    present = {
        (row.kol_id, row.attribute_id): row
        for row in AttributeValue.objects.filter(
            kol__in=[kol.pk for kol, _given in entries], attribute__in=known.values()
        )
    }
    work = _Work(known, present)
    for kol, given in entries:
        for key, raw in given.items():
            work.take(kol, key, raw)
    if work.errors:
        raise ValidationError(work.errors)
    with transaction.atomic():
        AttributeValue.objects.filter(pk__in=[row.pk for row in work.gone]).delete()
        AttributeValue.objects.bulk_create(work.added, batch_size=BATCH)
        AttributeValue.objects.bulk_update(work.changed, ["text", "number", "day", "flag"], batch_size=BATCH)
        history.record_many(actor, ((kol.pk, kol, diffs) for kol, diffs in work.diffs.values()))
    return set(work.diffs)


class Judged(NamedTuple):
    """What would come of giving a file these attributes: what is wrong, and which would change, by field."""

    errors: dict[str, list]
    changed: dict[str, tuple[Any, Any]]


def judge(entries: Sequence[tuple[Kol, Mapping[str, Any]]]) -> list[Judged]:
    """What ``put_many`` would do, each file by itself; nothing is written."""
    keys = {key for _kol, given in entries for key in given}
    known = Attribute.objects.standing_by_key(keys)
    held = AttributeValue.objects.filter(
        kol__in=[kol.pk for kol, _given in entries], attribute__in=known.values()
    )
    present = {(row.kol_id, row.attribute_id): row for row in held} if known else {}
    found = []
    for kol, given in entries:
        work = _Work(known, present)
        for key, raw in given.items():
            work.take(kol, key, raw)
        found.append(Judged(work.errors, work.diffs.get(kol.pk, (kol, {}))[1]))
    return found


# The attributes that a new file made by hand or by a client must say (one query).
required = KeptRows(lambda: Attribute.objects.filter(required=True, retired_at=None)).of


class _Work:
    """What has to be written so that values become what they are said to be."""

    def __init__(self, known: dict[str, Attribute], present: dict[tuple[UUID, UUID], AttributeValue]):
        self.known, self.present = known, present
        self.errors: dict[str, list] = {}
        self.added: list[AttributeValue] = []
        self.changed: list[AttributeValue] = []
        self.gone: list[AttributeValue] = []
        self.diffs: dict[UUID, tuple[Kol, dict[str, tuple[Any, Any]]]] = {}

    def take(self, kol: Kol, key: str, raw: Any) -> None:
        attribute = self.known.get(key)
        if attribute is None:
            self.errors[f"{PREFIX}{key}"] = [_("There is no such attribute.")]
            return
        row = self.present.get((kol.pk, attribute.pk))
        if row is not None:
            row.attribute = attribute
        before = row.value if row else None
        try:
            after = self._parsed(attribute, raw, before)
        except ValidationError as error:
            self.errors[attribute.field] = error.messages
            return
        if after == before:
            return
        self._write(kol, attribute, row, after)
        diffs = self.diffs.setdefault(kol.pk, (kol, {}))[1]
        diffs[attribute.field] = (rules.plain(before), rules.plain(after))

    def _parsed(self, attribute: Attribute, raw: Any, before: Any) -> Any:
        value = _allowed(attribute, raw, before)
        if value is None and attribute.required and before is not None:
            raise ValidationError(_("This is required."))
        return value

    def _write(self, kol: Kol, attribute: Attribute, row: AttributeValue | None, value: Any) -> None:
        if row is None:
            row = AttributeValue(kol=kol, attribute=attribute)
            row.value = value
            self.added.append(row)
        elif value is None:
            self.gone.append(row)
        else:
            row.value = value
            self.changed.append(row)
