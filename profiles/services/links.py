"""What hangs on a file: every row of every app that links to it, found from the models themselves.

A row is kept as ``{column: text}``; contact values in it are sealed. ``HELD`` rows belong to pairs of files
and to merges themselves. Apps above say in ``staying`` which of their rows a merge leaves where they are.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kol_crm.core.extension import ExtensionPoint
from profiles.models import FanReport, Kol, LevelRecord, Snapshot, Touch

Kept = dict[str, Any]

HELD = ("profiles.Duplicate", "profiles.Merge", "profiles.MergedRow")
# Append-only: never edited, so that only whose they are is worth keeping; and what hangs on them is.
facts: ExtensionPoint[type[models.Model]] = ExtensionPoint("facts of a file")
# Rows that are the course of one file and stay with it: the model.
staying: ExtensionPoint[type[models.Model]] = ExtensionPoint("rows that stay with a merged file")
# Models whose rows move all or not at all: one name for those that go together.
together: ExtensionPoint[str] = ExtensionPoint("rows that move all or not at all")

# What the rows of a model are called where a merge is shown.
words: ExtensionPoint[Any] = ExtensionPoint("words for rows of a file")
for _label, _words in (
    ("profiles.ContactPoint", _("Contacts")),
    ("profiles.Account", _("Accounts")),
    ("profiles.KolField", _("Fields")),
    ("profiles.KolTag", _("Tags")),
    ("profiles.Quote", _("Prices quoted")),
    ("profiles.Touch", _("Touches")),
    ("profiles.FanReport", _("Fan quality")),
    ("profiles.LevelRecord", _("Levels")),
    ("profiles.Holding", _("Holders of accounts")),
    ("profiles.Kol", _("Files merged before")),
    ("profiles.Need", _("Needs")),
    ("profiles.Promise", _("Promises")),
    ("profiles.Request", _("Requests")),
    ("profiles.ImportantDate", _("Important dates")),
    ("profiles.LifeEvent", _("Life events")),
    ("profiles.Tie", _("People around them")),
    ("profiles.Attachment", _("Attachments")),
    ("profiles.Picture", _("Pictures")),
    ("profiles.AttributeValue", _("Attributes")),
    ("profiles.Follow", _("Followers among colleagues")),
    ("profiles.Pin", _("Pinned")),
    ("profiles.NoGo", _("No-go memory")),
    ("profiles.ExternalId", _("Ids in other systems")),
):
    words.register(_label, _words)
for _model in (Touch, Snapshot, LevelRecord, FanReport):
    facts.register(_model._meta.label, _model)


class Link(NamedTuple):
    """A column by which rows of a model link to a file."""

    model: type[models.Model]
    field: models.ForeignKey

    @property
    def words(self) -> str:
        """What its rows are called."""
        return str(words.get(self.model._meta.label) or self.model._meta.verbose_name_plural)

    def rows(self, kol_ids: Iterable[UUID]) -> QuerySet:
        return self.model._base_manager.filter(**{f"{self.field.name}__in": list(kol_ids)})


def _to(target: type[models.Model]) -> Iterator[Link]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.label in HELD or model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.related_model is target:
                yield Link(model, field)


@cache
def links() -> tuple[Link, ...]:
    """Every column of every app that links to a file."""
    return tuple(_to(Kol))


@cache
def below(model: type[models.Model]) -> tuple[Link, ...]:
    """Columns that link to rows of ``model`` (a plan's items), facts left out."""
    if model is Kol:
        return ()
    return tuple(link for link in _to(model) if link.model not in (model, Kol) and not is_fact(link.model))


def is_fact(model: type[models.Model]) -> bool:
    return facts.get(model._meta.label) is not None


def stays(model: type[models.Model]) -> bool:
    return staying.get(model._meta.label) is not None


def kept(row: models.Model, columns: Collection[str] | None = None) -> Kept:
    """The row as text, column by column; of a fact only whose it is."""
    if columns is None and is_fact(type(row)):
        columns = {link.field.attname for link in links() if link.model is type(row)}
    return {
        field.attname: None if getattr(row, field.attname) is None else _text(field, row)
        for field in row._meta.concrete_fields
        if not field.primary_key and (columns is None or field.attname in columns)
    }


def _text(field: models.Field, row: models.Model) -> Any:
    return getattr(row, field.attname) if isinstance(field, models.JSONField) else field.value_to_string(row)


def values(model: type[models.Model], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Kept columns as the database takes them."""
    by_column = {field.attname: field for field in model._meta.concrete_fields}
    return {name: by_column[name].to_python(text) for name, text in columns.items()}


class Hanging(NamedTuple):
    """A row with what it hangs on: a file, or a row of a file (``parent``)."""

    row: models.Model
    kol: UUID
    parent: UUID | None = None

    @property
    def key(self) -> tuple[str, UUID]:
        return self.row._meta.label, self.row.pk


def hanging_on(kol_ids: Sequence[UUID]) -> dict[tuple[str, UUID], Hanging]:
    """Every row on these files, and what hangs on those rows; a row on both counts for the first of them."""
    found: dict[tuple[str, UUID], Hanging] = {}
    by_model: dict[type[models.Model], dict[UUID, UUID]] = {}
    for link in links():
        for row in link.rows(kol_ids).order_by("pk"):
            one = Hanging(row, getattr(row, link.field.attname))
            if link.model is not Kol and one.key not in found:
                found[one.key] = one
                by_model.setdefault(link.model, {})[row.pk] = one.kol
    for model, parents in by_model.items():
        if is_fact(model):
            continue
        for link in below(model):
            for row in link.rows(parents).order_by("pk"):
                parent = getattr(row, link.field.attname)
                one = Hanging(row, parents[parent], parent)
                found.setdefault(one.key, one)
    return found


def taken_places(link: Link, rows: Sequence[models.Model], by: UUID, files: Collection[UUID]) -> set[UUID]:
    """Of these rows those that cannot move to the file ``by``: it has one there, or they tie the two."""
    kept_back = {
        row.pk
        for row in rows
        for other in links()
        if other.model is link.model
        and other.field is not link.field
        and getattr(row, other.field.attname) in files
    }
    for names, condition in _unique_with(link):
        others = [name for name in names if name != link.field.name]
        theirs = link.model._base_manager.filter(**{link.field.name: by})
        ours = link.model._base_manager.filter(pk__in=[row.pk for row in rows])
        if condition is not None:
            theirs, ours = theirs.filter(condition), ours.filter(condition)
        taken = {tuple(found) for found in theirs.values_list(*others)} if others else set()
        if not others and theirs.exists():
            taken = {()}
        for pk, *place in ours.values_list("pk", *others):
            if tuple(place) in taken and None not in place:
                kept_back.add(pk)
    return kept_back


def _unique_with(link: Link) -> Iterator[tuple[Sequence[str], models.Q | None]]:
    """What must be unique together with this column."""
    if link.field.unique:
        yield [link.field.name], None
    for names in link.model._meta.unique_together:
        if link.field.name in names:
            yield names, None
    for constraint in link.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and link.field.name in constraint.fields:
            yield constraint.fields, constraint.condition
