"""The history of a file in words: each change as old → new, grouped by who did them at once (DOMAIN 3.12)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kol_crm.core import history, wording
from kol_crm.core.models import Change, ChangeSet, User
from profiles import attributes, platforms
from profiles.change_names import (
    ACCOUNT,
    ATTACHMENT,
    CONTACT,
    DOORS,
    FIELDS,
    HOLDER,
    KOL,
    MERGE,
    NOTES,
    OTHER_END,
    QUOTE,
    TIE,
    TOLD_ELSEWHERE,
    rows,
)
from profiles.models import Attribute, Channel, Field, Kol, Tie
from profiles.models.attribute import PREFIX


@dataclass(frozen=True)
class Line:
    """One field, old and new. ``before`` None: it came; ``after`` None: it went."""

    change: Change
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Act:
    """What one person did to the file at once."""

    change_set: ChangeSet
    at: datetime
    lines: list[Line]

    @property
    def is_birth(self) -> bool:
        return any(_is_birth(line.change) for line in self.lines)

    @property
    def door(self) -> str:
        return str(DOORS.get(self.change_set.door, self.change_set.door))

    @property
    def title(self) -> str:
        if self.is_birth:
            return _("File created")
        merged = next((line for line in self.lines if line.change.model == MERGE), None)
        if merged is not None:
            words = _("Merged with %(name)s") if merged.before is None else _("Unmerged from %(name)s")
            return words % {"name": merged.after or merged.before}
        if len(self.lines) == 1:
            return self.lines[0].label
        return ngettext("%(n)d change", "%(n)d changes", len(self.lines)) % {"n": len(self.lines)}

    @property
    def note(self) -> str:
        """Through which door, where it was not a page; why, where a reason was given."""
        door = "" if self.change_set.door == "page" else self.door
        return " · ".join(filter(None, (door, self.change_set.reason)))


def sets_of(kol: Kol, otherwise: Collection[str]) -> QuerySet:
    """The change-sets that the file's story tells, as rows of (at, change_set_id)."""
    return of_story(kol, otherwise).values("at", "change_set_id").distinct()


def of_story(kol: Kol, otherwise: Collection[str]) -> QuerySet:
    """The changes that the story of a file tells; of rows of these models it tells them in other words."""
    told = Change.objects.filter(root__in=roots_of(kol)).exclude(field__in=(*TOLD_ELSEWHERE, OTHER_END))
    return told.exclude(model__in=otherwise)


def of_history(kol: Kol) -> QuerySet:
    """Every change that the history of a file shows, those of files merged into it among them."""
    return Change.objects.filter(root__in=roots_of(kol)).exclude(field=OTHER_END)


def roots_of(kol: Kol) -> QuerySet:
    """The files whose histories are this one's: itself, and those merged into it."""
    return Kol.objects.filter(Q(pk=kol.pk) | Q(merged_into=kol)).values("pk")


def acts(kol: Kol, change_sets: Sequence[UUID], otherwise: Collection[str]) -> list[Act]:
    """These change-sets in words, in the given order; one query, one more where fields changed."""
    rows = of_story(kol, otherwise).filter(change_set__in=change_sets).select_related("change_set__user")
    by_set: dict[UUID, list[Line]] = {}
    for line in lines(rows.order_by("model", "field", "id")):
        by_set.setdefault(line.change.change_set_id, []).append(line)
    return [
        Act(found[0].change.change_set, found[0].change.at, found)
        for found in (by_set.get(one) for one in change_sets)
        if found
    ]


def last_acts(kol: Kol) -> dict[str, dict[str, Any]]:
    """Who changed each fact last, and when."""
    rows = Change.objects.filter(root=kol.pk, row=kol.pk).select_related("change_set__user")
    return {
        row.field: {"who": str(row.change_set.user or _("The system")), "when": row.at}
        for row in rows.order_by("-at")[:200][::-1]
    }


def told(others: Collection[Change], user: User) -> str:
    """What others changed while one was typing: "Meanwhile Luo Shan changed: City."; or nothing."""
    theirs = [change for change in others if change.change_set.user_id != user.pk]
    if not theirs:
        return ""
    what = dict.fromkeys(field_words(change.model, change.field) for change in reversed(theirs))
    who = dict.fromkeys(str(change.change_set.user or _("The system")) for change in reversed(theirs))
    words = {"who": wording.listed(who), "what": wording.listed(what)}
    return _("Meanwhile %(who)s changed: %(what)s.") % words


def lines(rows: Collection[Change]) -> list[Line]:
    """Changes in words."""
    rows = list(rows)
    names = {}
    if any(row.field in ("fields", history.NOT_TAKEN) for row in rows):
        names = {field.slug: str(field) for field in Field.objects.all()}
    added = {one.field: one for one in _attributes(row.field for row in rows)}
    return [
        _attribute_line(row, added[row.field]) if row.field in added else _line(row, names) for row in rows
    ]


def _attributes(fields: Iterable[str]) -> list[Attribute]:
    """The attributes among changed fields, retired ones too: one query where there are any."""
    keys = {field.removeprefix(PREFIX) for field in fields if field.startswith(PREFIX)}
    return list(Attribute.objects.filter(key__in=keys)) if keys else []


def _attribute_line(row: Change, attribute: Attribute) -> Line:
    before, after = (attributes.kept_words(attribute, kept) for kept in (row.before, row.after))
    return Line(row, capfirst(str(attribute)), before, after)


def _not_taken(row: Change, names: dict[str, str]) -> Line:
    """What another system sent and was refused; of contact data only the mask was kept."""
    fact, value = row.after["fact"], row.after["value"]
    model = {"contacts": CONTACT, "accounts": ACCOUNT}.get(fact, KOL)
    label = _("Not taken from %(source)s: %(what)s") % {
        "source": row.after["source"],
        "what": field_words(KOL, fact),
    }
    return Line(row, label, None, words(_column(KOL, fact), value, names, model))


def _line(row: Change, names: dict[str, str]) -> Line:
    if row.field == history.NOT_TAKEN and row.after:
        return _not_taken(row, names)
    column = _column(row.model, row.field)
    if row.model == ACCOUNT and row.field == HOLDER:
        before, after = _holder_words(row, row.before), _holder_words(row, row.after)
        return Line(row, capfirst(_label(row, column)), before, after)
    return Line(
        row,
        capfirst(_label(row, column)),
        None if row.field == "" and row.before is None else words(column, row.before, names, row.model),
        None if row.field == "" and row.after is None else words(column, row.after, names, row.model),
    )


def _holder_words(row: Change, holder: dict[str, str] | None) -> str:
    """Whose an account was: of another file no name, for who reads this one may not see that (2.2)."""
    if not holder:
        return wording.UNKNOWN
    return holder["label"] if holder["id"] == str(row.root) else _("another KOL")


def _is_birth(row: Change) -> bool:
    return row.model == KOL and row.field == "" and row.before is None


def _column(model: str, field: str) -> models.Field | None:
    try:
        return apps.get_model(model)._meta.get_field(field)
    except (FieldDoesNotExist, LookupError):
        return None


def _row_words(model: str) -> str:
    known = rows.get(model)
    return str(known) if known is not None else "" if model == KOL else model.split(".")[-1]


def _label(row: Change, column: models.Field | None) -> str:
    if _is_birth(row):
        return _("File created")
    whose = _row_words(row.model)
    what = FIELDS.get(row.field) or getattr(column, "verbose_name", row.field)
    return " · ".join(filter(None, (whose, str(what) if row.field else "")))


def field_words(model: str, field: str) -> str:
    """What a field of a kind of row is called: "City", "Contact · value"."""
    if added := _attributes([field]):
        return capfirst(str(added[0]))
    row = Change(model=model, field=field, before="")
    return capfirst(_label(row, _column(model, field)))


def fact_words(name: str, value: Any) -> str:
    """A fact of a file, as it stands or would stand, in words."""
    if added := _attributes([name]):
        return attributes.kept_words(added[0], value)
    return words(Kol._meta.get_field(name), history.as_json(value), {}, KOL)


def words(column: models.Field | None, value: Any, names: dict[str, str], model: str = "") -> str:
    """A kept value as a reader knows it; contact data only ever as its mask."""
    if value in (None, "", [], {}):
        return wording.UNKNOWN
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return wording.listed(words(None, one, names, model) for one in value)
    if isinstance(value, dict):
        return _dict_words(value, names, model)
    if column is not None and column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(column, models.DateField):
        return _day(str(value), with_time=isinstance(column, models.DateTimeField))
    return str(value)


def _dict_words(value: dict[str, Any], names: dict[str, str], model: str) -> str:
    if "masked" in value:
        return str(value["masked"])
    if "strength" in value:
        return f"{names.get(value['field'], value['field'])} {value['strength']}"
    if "label" in value and "id" in value:
        return str(value["label"])
    if model == CONTACT:
        masked = value.get("value", {}).get("masked", "")
        return f"{Channel(value['channel']).label} {masked}" if "channel" in value else masked
    if model == ACCOUNT:
        name = value.get("handle") or value.get("title") or value.get("external_id", "")
        return f"{platforms.label(value['platform'])} {name}" if "platform" in value else str(name)
    if model == QUOTE:
        amount = wording.money(value.get("amount"), value.get("currency", "CNY"), wording.babel_locale())
        return f"{amount} / {value.get('what', '')}"
    if model == KOL:
        return str(value.get("name", ""))
    if model in NOTES:
        return _note_words(value, model)
    if model == ATTACHMENT:
        return str(value.get("file", {}).get("label", ""))
    kept = ((_column(model, name), one) for name, one in value.items() if one)
    told = [words(column, one, names) for column, one in kept if not isinstance(one, dict | list)]
    return wording.listed(told or _linked_words(value))


def _linked_words(value: dict[str, Any]) -> list[str]:
    """Of a row that only links others: what they were called, but for the file whose it is."""
    others = (one for name, one in value.items() if name != "kol" and isinstance(one, dict))
    return [str(one["label"]) for one in others if "label" in one]


def _note_words(value: dict[str, Any], model: str) -> str:
    """What a note was about: its own words, of a tie what they are and a name where there is no file."""
    if model != TIE:
        return str(value.get("what", ""))
    kind = dict(Tie.Kind.choices).get(value.get("kind", ""), "")
    return " · ".join(filter(None, (str(kind), value.get("name", ""))))


def _day(value: str, *, with_time: bool) -> str:
    moment = datetime.fromisoformat(value) if with_time else date.fromisoformat(value)
    today = wording.as_day(moment)
    return wording.day_words(moment, "year", today, wording.babel_locale())
