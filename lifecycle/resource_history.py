"""What was changed in a slot or in budgets, in words (DOMAIN 3.12)."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from kol_crm.core.models import Change
from lifecycle.models import Budget, Slot

SHOWN = 30


class Told(NamedTuple):
    """One change: when, by whom, of which row, which fact (empty: the row was made), before and after."""

    at: Any
    by: Any
    about: str
    what: str
    before: str
    after: str


def told(rows: Collection[Slot | Budget]) -> list[Told]:
    """The last changes of these rows of one model, newest first."""
    names = {row.pk: row for row in rows}
    changes = Change.objects.filter(root__in=names, row__in=names).select_related("change_set__user")
    return [
        Told(
            change.at,
            change.change_set.user or _("System"),
            str(names[change.root]),
            _fact(names[change.root], change.field),
            _words(names[change.root], change.field, change.before),
            _words(names[change.root], change.field, change.after),
        )
        for change in changes.order_by("-at", "-pk")[:SHOWN]
    ]


def _fact(row: Slot | Budget, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name) if name else ""


def _words(row: Slot | Budget, name: str, value: Any) -> str:
    """Choices by their words, linked rows by their name; of a row that was made nothing beside that."""
    if not name or value is None:
        return ""
    if isinstance(value, dict):
        return str(value.get("label", ""))
    choices = dict(getattr(row._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value))
