"""Keyset pages: any page costs what the first one costs; no row is skipped or seen twice (PERFORMANCE)."""

import base64
import json
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.db.models.functions import Coalesce
from django.db.models.query import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from kol_crm.core.beyond import beyond, field_of
from kol_crm.core.kept import KeptRows

CAP = 1000
NEAR, STEPS, FAR = 1000, 3000, 60_000  # rows of a list among which what matches is looked for


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
            column = field_of(model, order.sort.column)
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


def page(
    queryset: models.QuerySet,
    order: Order,
    cursor: Cursor | None = None,
    size: int = 50,
    kept: Hashable = None,
) -> Page:
    """One page of model instances, or of ``values()`` rows that hold the primary key and the sorted column.

    A nullable column is read in two parts, known values and then unknown ones, each in the index's order.
    ``kept`` names all that makes this queryset another one than the next caller's: its statements are kept.
    """

    def read(cursor: Cursor | None) -> list:
        if kept is None:
            return _first(_parts(queryset, order, cursor), size + 1)
        return _first(_kept_parts(queryset, order, cursor, size + 1, kept), size + 1)

    return walk(queryset, order, cursor, size, read)


def first_page(rows: list, order: Order, size: int) -> Page:
    """Page one, of ``values()`` rows read in this order elsewhere: ``size`` of them and, if any, one more."""
    shown, token = rows[:size], None
    if len(rows) > size:
        last = shown[-1]
        token = Cursor(str(order), last[order.sort.column], last["id"], 1 + len(shown)).encode()
    return Page(shown, token, None)


def page_of_many(
    queryset: models.QuerySet,
    walking: models.QuerySet,
    order: Order,
    cursor: Cursor | None,
    size: int,
    *,
    keys_only: bool = False,
) -> Page:
    """``page`` where many rows match, but nobody knows how many of all: neither walk nor sort blindly.

    ``walking``: the same rows, asked past the indexes that find them. They are looked for among the next
    ``NEAR`` rows of the list; by what is met there one looks on as far as it should take: to ``STEPS`` row by
    row, to ``FAR`` in the index of the order and in the one that finds them at once; beyond it all are
    sorted. The planner takes either way for the other's rows: a third of a second at a million (PERFORMANCE).
    ``keys_only``: the rows are ``values()``, which may be sorted as they are.
    """

    def read(cursor: Cursor | None) -> list:
        looked_for = next(iter(_parts(walking, order, cursor)))
        beside = next(iter(_parts(queryset.model._base_manager.all(), order, cursor)))
        window, rows = NEAR, []
        while window <= STEPS:
            rows = list(looked_for.filter(pk__in=beside.values("pk")[:window])[: size + 1])
            if len(rows) > size:
                return rows
            window = max(2 * window, 2 * window * size // len(rows)) if rows else FAR + 1
        part = _up_to(queryset, order, cursor, beside, window) if window <= FAR else None
        if part is not None:
            rows = list(_sorted(part, size + 1, keys_only=keys_only))
            if len(rows) > size:
                return rows
        parts = (_sorted(part, size + 1, keys_only=keys_only) for part in _parts(queryset, order, cursor))
        return _first(parts, size + 1)

    return walk(queryset, order, cursor, size, read)


def _up_to(queryset, order: Order, cursor: Cursor | None, beside: models.QuerySet, window: int):
    """What of the queryset has a value met within so many rows of the list; None where that ends before."""
    column = order.sort.column
    last = next(iter(beside.values_list(column, flat=True)[window : window + 1]), None)
    if last is None:
        return None
    backward = cursor is not None and cursor.backward
    within = {f"{column}__{'gte' if order.descending != backward else 'lte'}": last}
    return next(iter(_parts(queryset, order, cursor))).filter(**within)


def walk(queryset, order: Order, cursor: Cursor | None, size: int, read: Callable) -> Page:
    """The page of what ``read(cursor)`` reads, one row more than it shows, on the way from the cursor."""
    backward = cursor is not None and cursor.backward
    rows = read(cursor)
    more = len(rows) > size
    rows = rows[:size][:: -1 if backward else 1]
    if cursor is not None and (not rows or (backward and not more)):
        return walk(queryset, order, None, size, read)  # what was there is gone, or the beginning is reached
    # Done once for the page, not for each of its two parts; Django has no public name for what was asked.
    if rows and (related := queryset._prefetch_related_lookups):
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


def _first(parts: Iterable[models.QuerySet | list], most: int) -> list:
    rows: list = []
    for part in parts:
        rows += part[: most - len(rows)]
        if len(rows) == most:
            break
    return rows


def _sorted(part: models.QuerySet, most: int, *, keys_only: bool) -> models.QuerySet:
    """The first rows of the part, by no index of its order: all are found, and their keys sorted."""
    column, key = (str(name) for name in part.query.order_by)
    hidden = Coalesce(F(column.removeprefix("-")), F(column.removeprefix("-")))
    found = part.order_by(hidden.desc() if column.startswith("-") else hidden.asc(), key)
    return found[:most] if keys_only else part.filter(pk__in=list(found.values_list("pk", flat=True)[:most]))


def beside(queryset: models.QuerySet, order: Order, row: models.Model) -> tuple[Any, Any]:
    """The keys of the rows just before and just after this one, None where the list ends."""
    value, found = _read(row, order.sort.column), []
    for backward in (True, False):
        place = Cursor(str(order), value, row.pk, 1, backward)
        parts = _parts(queryset.order_by().values_list("pk", flat=True), order, place)
        found.append(next((key for part in parts for key in part[:1]), None))
    return found[0], found[1]


def edge(queryset: models.QuerySet, order: Order, *, last: bool) -> Any:
    """The key of the first or the last row, None where there is none. Unknown values are the last ones."""
    sign = "-" if order.descending != last else ""
    rows = queryset.order_by(f"{sign}{order.sort.column}", f"{sign}pk").values_list("pk", flat=True)
    for unknown in (last, not last) if order.sort.nullable else (None,):
        part = rows if unknown is None else rows.filter(**{f"{order.sort.column}__isnull": unknown})
        for key in part[:1]:
            return key
    return None


def _parts(queryset, order: Order, cursor: Cursor | None):
    """The known and the unknown part of the list, as they are met on the way, each behind the cursor."""
    backward = cursor is not None and cursor.backward
    for unknown, place in _way(order, cursor):
        yield _part(queryset, order, unknown, backward, *place)


def _kept_parts(queryset, order: Order, cursor: Cursor | None, most: int, kept: Hashable):
    """The first rows of each, by statements that are written once."""
    backward = cursor is not None and cursor.backward
    for unknown, place in _way(order, cursor):
        key = (kept, str(order), unknown, backward, len(place), most)
        yield KEPT.of(*place, key=key, given=(most, queryset, order, unknown, backward))


def _way(order: Order, cursor: Cursor | None) -> list[tuple[bool, tuple]]:
    """Which parts are met: whether the values are unknown in it, and behind what it begins."""
    on_the_way = [False, True] if order.sort.nullable else [False]
    if cursor is None:
        return [(unknown, ()) for unknown in on_the_way]
    if cursor.backward:
        on_the_way.reverse()
    here = cursor.value is None
    place = (cursor.pk,) if here else (cursor.value, cursor.pk)
    return [(unknown, place if unknown == here else ()) for unknown in on_the_way[on_the_way.index(here) :]]


def _part(queryset, order: Order, unknown: bool, backward: bool, *place):  # noqa: FBT001 - read from _way
    column, sign = order.sort.column, "-" if order.descending != backward else ""
    part = queryset.prefetch_related(None).order_by(f"{sign}{column}", f"{sign}pk")
    if order.sort.nullable:
        part = part.filter(**{f"{column}__isnull": unknown})
    return part.filter(beyond(queryset.model, column, place, "<" if sign else ">")) if place else part


KEPT = KeptRows(lambda most, *which: _part(*which)[:most])


def _read(row, column: str):
    if isinstance(row, dict):
        return row[column]
    return reduce(getattr, column.split("__"), row)
