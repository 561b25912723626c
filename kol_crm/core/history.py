"""The generic verbs: every write of an editable row goes through here and leaves its trace (DOMAIN 3.12)."""

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Moved
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.making import make
from kol_crm.core.models import Change, ChangeSet, Versioned

NOT_TAKEN = "not_taken"  # what a client sent and was refused: it changed nothing
PLAIN = frozenset({str, int, bool, float, list, dict})  # JSON has them
Diffs = Mapping[str, tuple[Any, Any]]
Entry = tuple[uuid.UUID, models.Model, Diffs]
# Called with what was written down, in the transaction of the change: figures that follow are marked dirty.
recorded: ExtensionPoint[Callable[[Actor, Sequence[Entry]], None]] = ExtensionPoint("recorded")
_gathered: ContextVar[list[Entry] | None] = ContextVar("what a verb writes down at its end", default=None)


def as_json(value: Any) -> Any:
    """The value as the history keeps it: linked rows with the name they had then."""
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, models.Model):
        return {"id": str(value.pk), "label": str(value)}
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return value


def identity(key: uuid.UUID | int) -> uuid.UUID:
    """The id under which the history knows a row: its own, or for users, who are numbered, their number."""
    return key if isinstance(key, uuid.UUID) else uuid.UUID(int=key)


def put(row: models.Model, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Set these facts on the row, not yet saved; what differs now, as the history keeps it."""
    diffs = {}
    for name, value in changes.items():
        fact = row._meta.get_field(name).name
        before = as_json(getattr(row, fact))
        setattr(row, name, value)
        after = as_json(getattr(row, fact))
        if before != after:
            diffs[name] = (before, after)
    return diffs


def open_change_set(actor: Actor) -> None:
    """Insert the actor's change-set unless it stands already."""
    act = make(
        ChangeSet,
        id=actor.change_set,
        user=actor.user,
        door=actor.door,
        at=actor.at,
        reason=actor.reason,
        insisted=actor.insists,
    )
    copying.insert([act], ignore_conflicts=True)


def record(actor: Actor, root: uuid.UUID, row: models.Model, diffs: Diffs) -> None:
    """Write down what changed; values are JSON-ready. Call inside the transaction of the change."""
    record_many(actor, [(root, row, diffs)])


@contextmanager
def gathered(actor: Actor) -> Iterator[None]:
    """Within, what is recorded is kept; at the end it is written down together, in one insert.

    For a verb of many steps; nothing within may read what it wrote down. What fails writes nothing.
    """
    if _gathered.get() is not None:
        yield
        return
    entries: list[Entry] = []
    token = _gathered.set(entries)
    try:
        yield
    finally:
        _gathered.reset(token)
    record_many(actor, entries)


def record_many(actor: Actor, entries: Iterable[Entry]) -> None:
    """The set form of ``record``: (root, row, diffs) of many rows in one insert."""
    entries = list(entries)
    waiting = _gathered.get()
    if waiting is not None:
        waiting += entries
        return
    changes = [
        make(
            Change,
            change_set_id=actor.change_set,
            root=identity(root),
            model=row._meta.label_lower,
            row=identity(row.pk),
            field=name,
            before=before,
            after=after,
            at=actor.at,
        )
        for root, row, diffs in entries
        for name, (before, after) in diffs.items()
    ]
    if changes:
        open_change_set(actor)
        copying.insert(changes)
        for listener in recorded:
            listener(actor, entries)


def snapshot(row: models.Model, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """The filled facts of a row, JSON-ready: what the history keeps of a creation or a removal."""
    kept = {}
    for name in _told(type(row), None if fields is None else frozenset(fields)):
        value = as_json(getattr(row, name))
        if value not in (None, "", [], {}):
            kept[name] = value
    return kept


@cache
def _told(model: type[models.Model], fields: frozenset[str] | None) -> list[str]:
    """The names of the facts of which the history keeps the content."""
    return [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field.editable
        and (fields is None or field.name in fields)
        and not isinstance(field, models.BinaryField)
        and field.name not in getattr(model, "UNTOLD", ())
    ]


Derive = Callable[[Any], Mapping[str, Any]]


def create(
    actor: Actor, row: models.Model, *, root: uuid.UUID | None = None, derive: Derive | None = None
) -> Any:
    """Validate, insert and record a new row. Raises ``ValidationError`` keyed by field."""
    with transaction.atomic():
        row.full_clean()
        _fill(row, derive)
        row.save(force_insert=True)
        record(actor, root or row.pk, row, {"": (None, snapshot(row))})
    return row


def remove(actor: Actor, row: models.Model, *, root: uuid.UUID) -> None:
    """Delete a child row, its content kept in the history."""
    with transaction.atomic():
        record(actor, root, row, {"": (snapshot(row), None)})
        row.delete()


def locked(row: Versioned, version: int | None) -> Any:
    """The row as it stands, locked from here on. Raises ``Conflict`` when ``version`` is stale, ``Moved``."""
    current: Any = row._meta.model._base_manager.select_for_update().get(pk=row.pk)
    if current.successor is not None:
        raise Moved(current.pk, current.successor)
    if version is not None and current.version != version:
        raise Conflict(current, changed_since(current, version))
    return current


def changes_since(row: Versioned, version: int) -> list[Change]:
    """What was written after ``version`` and by whom, newest first: the last change-sets, one per version.

    Rows that are noted on an aggregate and keep a version of their own do not count for it.
    """
    changes = Change.objects.filter(root=identity(row.root)).exclude(model__in=_versioned_apart_from(row))
    changes = changes.exclude(field=NOT_TAKEN)
    rows = (changes if row.root == row.pk else changes.filter(row=row.pk)).select_related("change_set__user")
    seen: list[uuid.UUID] = []
    found = []
    for change in rows.order_by("-at", "-change_set_id", "-id")[:500]:
        if change.change_set_id not in seen:
            if len(seen) == row.version - version:
                break
            seen.append(change.change_set_id)
        found.append(change)
    return found


def changed_since(row: Versioned, version: int) -> frozenset[str]:
    """The fields changed after ``version``; of another row of the aggregate, its kind."""
    return frozenset(
        change.field if change.row == identity(row.pk) else change.model.split(".")[-1]
        for change in changes_since(row, version)
    ) - {""}


def _versioned_apart_from(row: Versioned) -> list[str]:
    return [
        model._meta.label_lower
        for model in apps.get_models()
        if issubclass(model, Versioned) and not isinstance(row, model)
    ]


def save(
    actor: Actor,
    row: Versioned,
    changes: Mapping[str, Any],
    version: int | None,
    *,
    derive: Derive | None = None,
) -> Any:
    """Write ``changes`` in one conditional update on the version and record each changed field.

    ``version`` None insists (recorded so when the actor says it). ``derive`` gives the columns that follow
    from the changed row; they have no history of their own. Nothing that stays equal is written; if nothing
    differs, nothing happens. Raises ``Conflict`` (nothing written) or ``ValidationError`` keyed by field.
    """
    model = row._meta.model
    with transaction.atomic():
        current = locked(row, version)
        diffs = put(current, changes)
        if not diffs:
            return current
        _clean(current, set(diffs))
        derived = _fill(current, derive)
        written = {name: getattr(current, name) for name in diffs} | derived
        old = current.version
        if not model._base_manager.filter(pk=row.pk, version=old).update(**written, version=F("version") + 1):
            raise Conflict(model._base_manager.get(pk=row.pk))
        current.version = old + 1
        record(actor, row.root, current, diffs)
    return current


def touch_version(row: Versioned, version: int | None) -> Any:
    """A child of the aggregate changes: lock it, check and raise its version. Raises ``Conflict``."""
    current = locked(row, version)
    old = current.version
    if not row._meta.model._base_manager.filter(pk=row.pk, version=old).update(version=F("version") + 1):
        raise Conflict(row._meta.model._base_manager.get(pk=row.pk))
    current.version = old + 1
    return current


def save_child(actor: Actor, child: models.Model, changes: Mapping[str, Any], *, root: uuid.UUID) -> Any:
    """Write changed fields of a child row and record them; the caller has raised the root's version."""
    diffs = put(child, changes)
    if diffs:
        with transaction.atomic():
            _clean(child, set(diffs))
            child.save(update_fields=list(diffs))
            record(actor, root, child, diffs)
    return child


def _fill(row: models.Model, derive: Derive | None) -> dict[str, Any]:
    derived = dict(derive(row)) if derive else {}
    for name, value in derived.items():
        setattr(row, name, value)
    return derived


def _clean(row: models.Model, changed: set[str]) -> None:
    """Validate the changed fields, then what they must say together; each error stays at its field."""
    others = {field.name for field in row._meta.fields if field.name not in changed}
    row.clean_fields(exclude=others)
    errors: dict[str, list] = {}

    def gather(check: Callable[..., None], **options: Any) -> None:
        try:
            check(**options)
        except ValidationError as error:
            error.update_error_dict(errors)

    gather(row.clean)
    gather(row.validate_unique, exclude=others | set(errors))
    gather(row.validate_constraints, exclude=set(errors))
    if errors:
        raise ValidationError(errors)


def only_facts(values: Iterable[str], known: Iterable[str]) -> None:
    """Raise ``ValidationError`` keyed by each name that is none of the facts that may be edited."""
    if unknown := set(values) - set(known):
        raise ValidationError({name: _("This cannot be edited here.") for name in unknown})
