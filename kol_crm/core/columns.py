"""The columns that a list may show: each reader chooses which, and in what order.

A module above adds its own with ``COLUMNS.register(Column(…))``; columns that exist only as rows of a table
(an admin's attributes) come from ``COLUMNS.sources``, asked only where such a column may be meant.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core.extension import ExtensionPoint


@dataclass(frozen=True)
class Column:
    """A head of the table: ``sort`` names the ``Sort`` a click asks for, ``css`` its ``<col>``.

    Of a list whose columns are chosen also: ``heading`` it is offered under, ``values`` that the rows' query
    reads for it, ``load(rows)`` what one more query a page brings (by id; the cell finds it as ``row[key]``),
    ``cell(row, reading)`` the ``<td>`` and what is in it as safe HTML; it need not be closed.
    """

    key: str
    label: Any
    sort: str = ""
    css: str = ""
    right: bool = False
    heading: Any = ""
    values: tuple[str, ...] = ()
    load: Callable[[Sequence[dict[str, Any]]], Mapping[Any, Any]] | None = None
    cell: Callable[[dict[str, Any], Any], str] | None = None


class Columns:
    """What a list offers, in the order in which it is offered; ``first`` always stands first."""

    def __init__(self, columns: Iterable[Column], *, first: str, default: Sequence[str]):
        self._columns: dict[str, Column] = {}
        self.first = first
        self.default = (first, *default)
        self.sources: ExtensionPoint[Callable[[], Iterable[Column]]] = ExtensionPoint("columns")
        for column in columns:
            self.register(column)

    def register(self, column: Column) -> None:
        if column.key in self._columns:
            raise ValueError(f"column {column.key} is registered twice")
        self._columns[column.key] = column

    @property
    def standing(self) -> tuple[Column, ...]:
        """Those known without asking a source."""
        return tuple(self._columns.values())

    def offered(self) -> dict[str, Column]:
        """All of them by key."""
        return self._columns | {column.key: column for source in self.sources for column in source()}

    def chosen(self, keys: Sequence[str]) -> tuple[Column, ...]:
        """The columns of these keys, none: the default. Raises ``ValidationError`` keyed ``columns``."""
        keys = list(dict.fromkeys((self.first, *keys))) if keys else list(self.default)
        known = self._columns if self._columns.keys() >= set(keys) else self.offered()
        if unknown := [key for key in keys if key not in known]:
            words = {"columns": ", ".join(unknown)}
            raise ValidationError({"columns": _("There is no such column: %(columns)s.") % words})
        return tuple(known[key] for key in keys)

    def known_of(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that still are columns."""
        keys = list(keys)
        known = self._columns if self._columns.keys() >= set(keys) else self.offered()
        return [key for key in keys if key in known]
