"""One row of a list of a file — a contact, an account, a price — while the others stay as they are."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from kol_crm.core import history
from kol_crm.core.actor import Actor
from profiles.models import Kol
from profiles.services import kol as files

LISTS = ("contacts", "accounts", "quotes")


def put(actor: Actor, kol: Kol, name: str, values: Mapping[str, Any], version: int | None) -> Kol:
    """Add a row to the list ``name``, or with an ``id`` change that one.

    Which others there are is read under the file's lock: whoever insists takes off no row that somebody has
    just added. Raises ``Conflict``, ``ValidationError`` keyed by the row's field.
    """
    with transaction.atomic():
        current = history.locked(kol, version)
        lists: dict[str, Any] = {name: [values, *_others(current, name, values.get("id"))]}
        try:
            return files.edit(actor, current, {}, None, **lists)
        except ValidationError as error:
            at = {key.removeprefix(f"{name}.0."): words for key, words in error.message_dict.items()}
            raise ValidationError(at) from error


def remove(actor: Actor, kol: Kol, name: str, row: UUID, version: int | None) -> Kol:
    """Take one row off the list; it stays in the history. Raises ``Conflict``, ``ValidationError``."""
    with transaction.atomic():
        current = history.locked(kol, version)
        lists: dict[str, Any] = {name: _others(current, name, row)}
        return files.edit(actor, current, {}, None, **lists)


def _others(kol: Kol, name: str, row: UUID | None) -> list[dict[str, UUID]]:
    keys = getattr(kol, name).values_list("pk", flat=True)
    return [{"id": key} for key in keys if key != row]
