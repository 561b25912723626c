"""Keyset pages: any page costs what the first one costs; no row is skipped or seen twice (PERFORMANCE)."""

import base64
import json
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.query import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

CAP = 1000


@dataclass(frozen=True)
class Sort:
    """An order that a list offers: ``column``, then the primary key, as an index ``(column, id)`` has it.

    In the address it is ``key`` or ``-key``. Unknown (null) values come last in both directions.
    """

    key: str
    column: str
    label: Any
    descending_first: bool = False
    nullable: bool = False

    @property
    def first_choice(self) -> str:
        """What the first click on it asks for."""
        return f"-{self.key}" if self.descending_first else self.key


@dataclass(frozen=True)
class Order:
    """A ``Sort`` in one direction."""

    sort: Sort
    descending: bool = False

    @classmethod
    def read(cls, sorts: tuple[Sort, ...], asked: str) -> "Order":
        """The order named ``key`` or ``-key``. Raises ``ValidationError`` keyed ``sort``."""
        for sort in sorts:
            if sort.key == asked.removeprefix("-"):
                return cls(sort, descending=asked.startswith("-"))
        raise ValidationError({"sort": _("This list cannot be sorted so.")})

    def __str__(self):
        return f"-{self.sort.key}" if self.descending else self.sort.key


@dataclass(frozen=True)
class Cursor:
    """A place beside a row: its value and key, the way to read from there, the number of the first row."""

    order: str
    value: Any
    pk: Any
    start: int
    backward: bool = False

    def encode(self) -> str:
        value = self.value.isoformat() if hasattr(self.value, "isoformat") else self.value
        plain = value if isinstance(value, int | float | str | None) else str(value)
        body = json.dumps([self.order, plain, str(self.pk), self.start, self.backward], ensure_ascii=False)
        return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, token: str, order: Order, model: type[models.Model]) -> "Cursor":
        """The cursor in ``token``. Raises ``ValidationError`` keyed ``cursor``: broken, of another order."""
        try:
            body = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            asked, value, pk, start, backward = body
            if asked != str(order) or type(start) is not int or type(backward) is not bool:
                raise ValueError(asked)
            column = _field(model, order.sort.column)
            if value is None and not order.sort.nullable:
                raise ValueError(value)
            known = None if value is None else column.to_python(value)
            return cls(asked, known, model._meta.pk.to_python(pk), max(start, 1), backward)
        except (ValueError, TypeError, ValidationError) as error:
            raise ValidationError(
                {"cursor": _("This place in the list is not understood. Begin at the first page.")}
            ) from error


@dataclass(frozen=True)
class Page:
    """Rows in reading order, tokens of the pages beside it (None: no such page), the first row's number."""

    rows: list
    next: str | None
    previous: str | None
    start: int = 1

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1


@dataclass(frozen=True)
class Count:
    """How many; with ``more`` at least one beyond ``value``."""

    value: int
    more: bool = False


def capped_count(queryset: models.QuerySet, cap: int = CAP) -> Count:
    """Counts to ``cap`` and no further: 1,204,331 rows cost what 1,001 cost."""
    found = queryset.order_by().values("pk")[: cap + 1].count()
    return Count(min(found, cap), found > cap)


def page(queryset: models.QuerySet, order: Order, cursor: Cursor | None = None, size: int = 50) -> Page:
    """One page of model instances, or of ``values()`` rows that hold the primary key and the sorted column.

    A nullable column is read in two parts, known values and then unknown ones, each in the index's order.
    """
    backward = cursor is not None and cursor.backward
    # Done once for the page, not for each of its two parts; Django has no public name for what was asked.
    related = queryset._prefetch_related_lookups  # type: ignore[attr-defined]
    rows: list = []
    for part in _parts(queryset.prefetch_related(None), order, cursor):
        rows += part[: size + 1 - len(rows)]
        if len(rows) > size:
            break
    more = len(rows) > size
    rows = rows[:size][:: -1 if backward else 1]
    if cursor is not None and (not rows or (backward and not more)):
        return page(queryset, order, None, size)  # what was there is gone, or the beginning is reached
    if related and rows:
        prefetch_related_objects(rows, *related)

    start = cursor.start if cursor else 1

    def token(row, first: int, *, back: bool) -> str:
        value, pk = _read(row, order.sort.column), _read(row, queryset.model._meta.pk.name)
        return Cursor(str(order), value, pk, max(first, 1), back).encode()

    return Page(
        rows,
        next=token(rows[-1], start + len(rows), back=False) if rows and (more or backward) else None,
        previous=token(rows[0], start - size, back=True) if cursor and (more or not backward) else None,
        start=start,
    )


def _parts(queryset, order: Order, cursor: Cursor | None):
    """The known and the unknown part of the list, as they are met on the way, each behind the cursor."""
    column, backward = order.sort.column, cursor is not None and cursor.backward
    sign = "-" if order.descending != backward else ""
    on_the_way = [False, True] if order.sort.nullable else [False]
    if backward:
        on_the_way.reverse()
    if cursor is not None:
        on_the_way = on_the_way[on_the_way.index(cursor.value is None) :]
    for unknown in on_the_way:
        part = queryset.order_by(f"{sign}{column}", f"{sign}pk")
        if order.sort.nullable:
            part = part.filter(**{f"{column}__isnull": unknown})
        if cursor is not None and unknown == (cursor.value is None):
            part = part.filter(_beyond(queryset.model, column, cursor, "<" if sign else ">"))
        yield part


def _beyond(model, column: str, cursor: Cursor, sign: str):
    """``(column, id) > (value, id)``: a comparison of rows, which both databases answer from the index."""
    key = model._meta.pk
    if cursor.value is None:
        return models.Q(**{f"pk__{'gt' if sign == '>' else 'lt'}": cursor.pk})
    here = _Row(F(column), F("pk"))
    there = _Row(Value(cursor.value, _field(model, column)), Value(cursor.pk, key))
    return Func(
        here, there, template="%(expressions)s", arg_joiner=f" {sign} ", output_field=models.BooleanField()
    )


class _Row(Func):
    template = "(%(expressions)s)"
    output_field = models.BooleanField()  # never read: only compared with another row


def _field(model, column: str) -> models.Field:
    *steps, last = column.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    try:
        return model._meta.pk if last == "pk" else model._meta.get_field(last)
    except FieldDoesNotExist as error:
        raise LookupError(f"{model.__name__} has no column {last} to sort by") from error


def _read(row, column: str):
    if isinstance(row, dict):
        return row[column]
    return reduce(getattr, column.split("__"), row)
