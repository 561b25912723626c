"""The history of a file in words: each change as old → new, grouped by who did them at once (DOMAIN 3.12)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import wording
from kol_crm.core.models import Change, ChangeSet
from profiles.models import Channel, Field, Kol, Platform

KOL = "profiles.kol"
CONTACT, ACCOUNT, QUOTE = "profiles.contactpoint", "profiles.account", "profiles.quote"
DOORS = {
    "page": gettext_lazy("page"),
    "api": gettext_lazy("API"),
    "import": gettext_lazy("import"),
    "job": gettext_lazy("job"),
    "command": gettext_lazy("command"),
}
ROWS = {
    CONTACT: gettext_lazy("contact"),
    ACCOUNT: gettext_lazy("account"),
    QUOTE: gettext_lazy("quote"),
    "profiles.fanreport": gettext_lazy("fan quality"),
}
# Changes that the story of a file tells as something else: a move.
TOLD_ELSEWHERE = ("stage", "stage_since")
# What the history calls otherwise than the column, or what has no column.
FIELDS = {
    "fields": gettext_lazy("fields"),
    "tags": gettext_lazy("tags"),
    "level_override": gettext_lazy("level by hand"),
    "archived_at": gettext_lazy("archived"),
    "value": gettext_lazy("value"),
    "kol": gettext_lazy("held by"),
}


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
        if len(self.lines) == 1:
            return self.lines[0].label
        return ngettext("%(n)d change", "%(n)d changes", len(self.lines)) % {"n": len(self.lines)}

    @property
    def note(self) -> str:
        """Through which door, where it was not a page; why, where a reason was given."""
        door = "" if self.change_set.door == "page" else self.door
        return " · ".join(filter(None, (door, self.change_set.reason)))


def sets_of(kol: Kol) -> QuerySet:
    """The change-sets that the file's story tells, as rows of (at, change_set_id)."""
    return _told(kol).values("at", "change_set_id").distinct()


def _told(kol: Kol) -> QuerySet:
    return Change.objects.filter(root=kol.pk).exclude(field__in=TOLD_ELSEWHERE)


def acts(kol: Kol, change_sets: Sequence[UUID]) -> list[Act]:
    """These change-sets in words, in the given order; one query, one more where fields changed."""
    rows = _told(kol).filter(change_set__in=change_sets).select_related("change_set__user")
    by_set: dict[UUID, list[Line]] = {}
    for line in lines(rows.order_by("model", "field", "id")):
        by_set.setdefault(line.change.change_set_id, []).append(line)
    return [
        Act(found[0].change.change_set, found[0].change.at, found)
        for found in (by_set.get(one) for one in change_sets)
        if found
    ]


def lines(rows: Collection[Change]) -> list[Line]:
    """Changes in words."""
    rows = list(rows)
    names = {}
    if any(row.field == "fields" for row in rows):
        names = {field.slug: str(field) for field in Field.objects.all()}
    return [_line(row, names) for row in rows]


def _line(row: Change, names: dict[str, str]) -> Line:
    column = _column(row)
    return Line(
        row,
        capfirst(_label(row, column)),
        None if row.field == "" and row.before is None else words(column, row.before, names, row.model),
        None if row.field == "" and row.after is None else words(column, row.after, names, row.model),
    )


def _is_birth(row: Change) -> bool:
    return row.model == KOL and row.field == "" and row.before is None


def _column(row: Change) -> models.Field | None:
    try:
        return apps.get_model(row.model)._meta.get_field(row.field)
    except (FieldDoesNotExist, LookupError):
        return None


def _label(row: Change, column: models.Field | None) -> str:
    if _is_birth(row):
        return _("File created")
    whose = str(ROWS.get(row.model, "" if row.model == KOL else row.model.split(".")[-1]))
    what = FIELDS.get(row.field) or getattr(column, "verbose_name", row.field)
    return " · ".join(filter(None, (whose, str(what) if row.field else "")))


def field_words(model: str, field: str) -> str:
    """What a field of a kind of row is called: "City", "Contact · value"."""
    row = Change(model=model, field=field, before="")
    return capfirst(_label(row, _column(row)))


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
        return f"{Platform(value['platform']).label} {name}" if "platform" in value else str(name)
    if model == QUOTE:
        amount = wording.money(value.get("amount"), value.get("currency", "CNY"), wording.babel_locale())
        return f"{amount} / {value.get('what', '')}"
    if model == KOL:
        return str(value.get("name", ""))
    return wording.listed(one for one in value.values() if not isinstance(one, dict | list))


def _day(value: str, *, with_time: bool) -> str:
    moment = datetime.fromisoformat(value) if with_time else date.fromisoformat(value)
    today = wording.as_day(moment)
    return wording.day_words(moment, "year", today, wording.babel_locale())
