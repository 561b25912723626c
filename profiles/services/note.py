"""Writing notes: on their own version, recorded on their file, next due set again (DOMAIN 3.9–3.13)."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kol_crm.core import history, installation
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.errors import Refused
from kol_crm.core.extension import ExtensionPoint
from profiles.models import Note
from profiles.services import next_due

N = TypeVar("N", bound=Note)
# Notes of this kind were written on these files: called in the transaction.
changed: ExtensionPoint[Callable[[type[Note], Collection[UUID]], None]] = ExtensionPoint("notes written")


def tell(kind: type[Note], kol_ids: Collection[UUID]) -> None:
    """Apps above plan again what follows from notes of these files."""
    for told in changed:
        told(kind, kol_ids)


def add(actor: Actor, row: N, **derived: Any) -> N:
    """Insert a new note; ``derived`` columns follow from its facts. Raises ``ValidationError`` by field."""
    row.author, row.created_at = actor.user, actor.at
    with transaction.atomic():
        history.create(actor, row, root=row.root, derive=lambda _row: derived)
        next_due.refresh([row.kol_id])
        tell(type(row), [row.kol_id])
    return row


def save(
    actor: Actor,
    row: N,
    changes: Mapping[str, Any],
    version: int | None,
    derive: history.Derive | None = None,
) -> N:
    """Change a note. Raises ``Conflict``, ``ValidationError`` keyed by field."""
    with transaction.atomic():
        saved = history.save(actor, row, changes, version, derive=derive)
        next_due.refresh([row.kol_id])
        tell(type(row), [row.kol_id])
    return saved


def drop(actor: Actor, row: Note, version: int | None = None) -> None:
    """Take a note off its file; it stays in the history. Raises ``Conflict``."""
    with transaction.atomic():
        current = history.locked(row, version)
        history.remove(actor, current, root=current.root)
        next_due.refresh([row.kol_id])
        tell(type(row), [row.kol_id])


def demand_open(row: Any, *, is_open: bool = True) -> None:
    """Raise ``Refused`` where somebody settled it (or took that back) meanwhile."""
    if row.is_open == is_open:
        return
    if is_open:
        raise Refused("already_settled", _("This was settled already. Reload to see how."))
    raise Refused("not_settled", _("This is open: there is nothing to take back."))


def installation_day(actor: Actor) -> date:
    """Needs, promises and requests are due in the installation's days (DOMAIN 1.8)."""
    return local_day(actor.at, installation.zone())


def dates(rows: QuerySet, column: str, files: QuerySet) -> QuerySet:
    """The days of these rows as rows (file, day): what their kind hands in for next due."""
    return rows.filter(kol__in=files).order_by().values_list("kol", column)
