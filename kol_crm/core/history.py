"""The generic verbs: every write of an editable row goes through here and leaves its trace (DOMAIN 3.12)."""

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change, ChangeSet, VersionedRow

Diffs = Mapping[str, tuple[Any, Any]]


def as_json(value: Any) -> Any:
    """The value as the history keeps it: linked rows with the name they had then."""
    if value is None:
        return None
    if isinstance(value, models.Model):
        return {"id": str(value.pk), "label": str(value)}
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return value


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
    ChangeSet.objects.bulk_create(
        [
            ChangeSet(
                id=actor.change_set,
                user=actor.user,
                door=actor.door,
                at=actor.at,
                reason=actor.reason,
                insisted=actor.insists,
            )
        ],
        ignore_conflicts=True,
    )


def record(actor: Actor, root: uuid.UUID, row: models.Model, diffs: Diffs) -> None:
    """Write down what changed; values are JSON-ready. Call inside the transaction of the change."""
    record_many(actor, [(root, row, diffs)])


def record_many(actor: Actor, entries: Iterable[tuple[uuid.UUID, models.Model, Diffs]]) -> None:
    """The set form of ``record``: (root, row, diffs) of many rows in one insert."""
    changes = [
        Change(
            change_set_id=actor.change_set,
            root=root,
            model=row._meta.label_lower,
            row=row.pk,
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


def snapshot(row: models.Model, fields: Iterable[str] | None = None) -> dict[str, Any]:
    """The filled facts of a row, JSON-ready: what the history keeps of a creation or a removal."""
    kept = {}
    for field in row._meta.concrete_fields:
        if field.primary_key or not field.editable or (fields is not None and field.name not in fields):
            continue
        if isinstance(field, models.BinaryField):
            continue
        value = as_json(getattr(row, field.name))
        if value not in (None, "", [], {}):
            kept[field.name] = value
    return kept


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


def locked(row: VersionedRow, version: int | None) -> Any:
    """The row as it stands, locked from here on. Raises ``Conflict`` when ``version`` is stale."""
    current = type(row)._base_manager.select_for_update().get(pk=row.pk)
    if version is not None and current.version != version:
        raise Conflict(current, changed_since(current, version))
    return current


def changed_since(row: VersionedRow, version: int) -> frozenset[str]:
    """Fields changed after ``version``: those of the last ``row.version - version`` change-sets."""
    sets = (
        Change.objects.filter(root=row.pk)
        .order_by("-at", "-change_set_id")
        .values_list("change_set_id", "field", "row", "model")
    )
    seen: list[uuid.UUID] = []
    fields = set()
    for change_set, field, row_id, model in sets[:500]:
        if change_set not in seen:
            if len(seen) == row.version - version:
                break
            seen.append(change_set)
        fields.add(field if row_id == row.pk else model.split(".")[-1])
    return frozenset(fields - {""})


def save(
    actor: Actor,
    row: VersionedRow,
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
    model = type(row)
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
        record(actor, row.pk, current, diffs)
    return current


def touch_version(row: VersionedRow, version: int | None) -> Any:
    """A child of the aggregate changes: lock it, check and raise its version. Raises ``Conflict``."""
    current = locked(row, version)
    old = current.version
    if not type(row)._base_manager.filter(pk=row.pk, version=old).update(version=F("version") + 1):
        raise Conflict(type(row)._base_manager.get(pk=row.pk))
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
