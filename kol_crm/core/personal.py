"""What every stored field is held for: each has a class and a purpose (RELIABILITY 5).

Each app says so in its ``privacy.py``; a system check refuses a field that is left out and an entry that
is stale. The tests of masking, of filters and of the dump go by it, and export and erasure will.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from importlib import import_module
from typing import NamedTuple

from django.apps import apps
from django.db import models

EVERY_FIELD = "*"


class Kind(StrEnum):
    """Who sees it: whoever sees the row; nobody without a reveal; finance too; only the machinery."""

    GENERAL = "general"
    CONTACT = "contact"
    FINANCE = "finance"
    SYSTEM = "system"


class Entry(NamedTuple):
    """``fields`` are names with spaces between, or ``*`` for a whole table of a library."""

    kind: Kind
    purpose: str
    fields: str


class Held(NamedTuple):
    """What one field is."""

    kind: Kind
    purpose: str


Privacy = Mapping[str, Iterable[Entry]]


def declared() -> dict[str, list[Entry]]:
    """Every app's entries by model label, as ``profiles.Kol``."""
    return {
        label: list(entries)
        for name in ("kol_crm.core", "profiles", "lifecycle", "incentives")
        for label, entries in import_module(f"{name}.privacy").PRIVACY.items()
    }


def stored_fields(model: type[models.Model]) -> list[str]:
    """The names of the columns that a table has."""
    return [field.name for field in model._meta.local_concrete_fields]


def held(model: type[models.Model]) -> dict[str, Held]:
    """The fields of a model with their class and purpose."""
    found: dict[str, Held] = {}
    for entry in declared().get(model._meta.label, ()):
        names = stored_fields(model) if entry.fields == EVERY_FIELD else entry.fields.split()
        found |= dict.fromkeys(names, Held(entry.kind, entry.purpose))
    return found


def fields_of(kind: Kind) -> Iterator[tuple[type[models.Model], str]]:
    """Every (model, field name) of a class."""
    for model in apps.get_models():
        for name, what in held(model).items():
            if what.kind == kind:
                yield model, name
