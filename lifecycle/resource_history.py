"""What was changed in a slot or in budgets, in words (DOMAIN 3.12)."""

from collections.abc import Collection
from typing import Any

from kol_crm.core import trail
from kol_crm.core.models import Change
from lifecycle.models import Budget, Slot

SHOWN = 30


def told(rows: Collection[Slot | Budget]) -> list[trail.Told]:
    """The last changes of these rows of one model, newest first."""
    names = {row.pk: row for row in rows}
    return trail.newest(
        Change.objects.filter(root__in=names, row__in=names),
        SHOWN,
        names,
        lambda change: _fact(names[change.root], change.field),
        lambda change, value: _words(names[change.root], change.field, value),
    )


def _fact(row: Slot | Budget, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name) if name else ""


def _words(row: Slot | Budget, name: str, value: Any) -> str:
    """Choices by their words, linked rows by their name; of a row that was made nothing beside that."""
    if not name or value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("label", ""))
    return trail.plain(type(row), name, value)
