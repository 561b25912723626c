"""Promises (DOMAIN 3.9): given in either direction, then kept or broken."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import Kol, Promise
from profiles.services import note

EDITABLE = ("by", "what", "due_on", "make_good")


def add(actor: Actor, kol: Kol, values: Mapping[str, Any]) -> Promise:
    """Note a promise. Raises ``ValidationError`` keyed by field."""
    return note.add(actor, Promise(kol=kol, **values))


def edit(actor: Actor, promise: Promise, changes: Mapping[str, Any], version: int | None) -> Promise:
    """Raises ``Conflict``, ``ValidationError`` keyed by field."""
    return note.save(actor, promise, changes, version)


def keep(actor: Actor, promise: Promise, version: int | None = None) -> Promise:
    """It was kept. Raises ``Refused`` when it was settled meanwhile, ``Conflict``."""
    return _settle(actor, promise, {"state": Promise.State.KEPT}, version)


def break_(actor: Actor, promise: Promise, make_good: str, version: int | None = None) -> Promise:
    """It was broken, and how that is made good: else a ``ValidationError``. ``Refused``, ``Conflict``."""
    changes = {"state": Promise.State.BROKEN, "make_good": make_good.strip()}
    return _settle(actor, promise, changes, version)


def reopen(actor: Actor, promise: Promise, version: int | None = None) -> Promise:
    """Take the settling back. Raises ``Refused``, ``Conflict``."""
    with transaction.atomic():
        current = history.locked(promise, version)
        note.demand_open(current, is_open=False)
        changes = {"state": Promise.State.OPEN, "make_good": "", "settled_at": None}
        return note.save(actor, current, changes, None)


def remove(actor: Actor, promise: Promise, version: int | None = None) -> None:
    """Take it off the file, as noted by mistake. Raises ``Conflict``."""
    note.drop(actor, promise, version)


def _settle(actor: Actor, promise: Promise, changes: dict[str, Any], version: int | None) -> Promise:
    with transaction.atomic():
        current = history.locked(promise, version)
        note.demand_open(current)
        return note.save(actor, current, {**changes, "settled_at": actor.at}, None)


def due_dates(files: QuerySet) -> QuerySet:
    return note.dates(Promise.objects.all().open(), "due_on", files)
