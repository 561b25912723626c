"""Rows written as JSON by the database, in one statement whose text is kept: what an API answers by hundreds.

To turn every cell into a Python value and that into JSON again costs many times what reading it does, so
PostgreSQL writes the rows out whole, and they pass through as they are. Elsewhere the same declaration is
read cell by cell and put together here.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from kol_crm.core import prepared
from kol_crm.core.kept import IDS, Kept, Statement, among, array, hanging_on, written
from kol_crm.core.memory import once

ROW = "whole"  # how the row that parts hang on is called inside the statement
MOST_CHOICES_KEPT = 200
FEW = 100  # rows that PostgreSQL finds sooner than it plans how to, where all is asked that a row says


class Part:
    """What hangs on a row as a list of objects: ``kept`` reads the row's key and then what ``names`` say."""

    empty: Any = []

    def __init__(self, kept: Kept, names: Sequence[str]):
        self.kept, self.names = kept, tuple(names)

    def of(self, ids: Collection[UUID]) -> dict[UUID, Any]:
        """By the ids of rows that have any."""
        found: dict[UUID, Any] = defaultdict(list)
        for key, *values in self.kept.of(ids):
            found[key].append(dict(zip(self.names, values, strict=True)))
        return found

    def written(self) -> Statement:
        """The same of one row, inside the statement that reads the row."""
        rows, params = written(self.kept.rows(hanging_on(self.kept.key, f'{ROW}."id"')))
        columns = _quoted(self.names)
        told = f"SELECT {columns} FROM ({rows}) AS part(of_row, {columns})"  # noqa: S608 - as the ORM wrote it
        return f"(SELECT coalesce(json_agg(told), '[]') FROM ({told}) AS told)", params  # noqa: S608


class Words(Part):
    """What hangs on a row as a list of plain values."""

    def __init__(self, kept: Kept):
        super().__init__(kept, ("word",))

    def of(self, ids):
        found: dict[UUID, Any] = defaultdict(list)
        for key, word in self.kept.of(ids):
            found[key].append(word)
        return found

    def written(self):
        rows, params = written(self.kept.rows(hanging_on(self.kept.key, f'{ROW}."id"')))
        return f"(SELECT coalesce(json_agg(word), '[]') FROM ({rows}) AS part(of_row, word))", params  # noqa: S608


class Pairs(Part):
    """What hangs on a row as keys with values: the first of ``names`` is the key.

    ``value`` makes the value of the columns in Python, ``json`` says the same to PostgreSQL.
    """

    empty: Any = {}

    def __init__(self, kept: Kept, names: Sequence[str], value: Callable[..., Any], json: str):
        super().__init__(kept, names)
        self.value, self.json = value, json

    def of(self, ids):
        found: dict[UUID, Any] = defaultdict(dict)
        for row, key, *values in self.kept.of(ids):
            found[row][key] = self.value(*values)
        return found

    def written(self):
        rows, params = written(self.kept.rows(hanging_on(self.kept.key, f'{ROW}."id"')))
        pairs = f"coalesce(json_object_agg({_quoted(self.names[:1])}, {self.json}), '{{}}')"
        return f"(SELECT {pairs} FROM ({rows}) AS part(of_row, {_quoted(self.names)}))", params  # noqa: S608


class KeptJson:
    """``rows(condition, names)`` is the ``values_list`` of these columns of the rows that meet it.

    ``names``: all that a row says in this order, ``id`` first; those in ``parts`` hang on it. The text is
    kept per process and choice of names, so nothing of it may hang on anything but the code, and on what a
    caller says by ``key`` and hands to ``rows`` behind the names by ``given``, as with ``KeptRows``.
    """

    def __init__(
        self,
        rows: Callable[..., QuerySet],
        names: Sequence[str],
        parts: Mapping[str, Part],
    ):
        self.rows, self.names, self.parts = rows, tuple(names), parts
        self._kept: dict[Hashable, Statement | None] = {}

    def of(
        self,
        ids: Collection[UUID],
        names: Sequence[str] = (),
        beside: Mapping[str, Mapping[UUID, Any]] | None = None,
    ) -> list[Any]:
        """The rows of these ids in their order, as the encoder takes them; those that are gone are left out.

        ``names``: only these of each row. ``beside``: what the caller knows of each row, by name and id.
        """
        found = self.by_id(ids, names, beside)
        return [found[pk] for pk in ids if pk in found]

    def by_id(
        self,
        ids: Collection[UUID],
        names: Sequence[str] = (),
        beside: Mapping[str, Mapping[UUID, Any]] | None = None,
        key: Hashable = (),
        given: tuple = (),
    ) -> dict[UUID, Any]:
        """The same by their ids."""
        asked = tuple(name for name in self.names if not names or name in names)
        if not ids:
            return {}
        if connection.vendor != "postgresql":
            return self._put_together(ids, asked, beside or {}, given)
        kept = self._written(asked, key, given)
        if kept is None:
            return {}
        found: dict[str, str] = dict(
            _asked(kept, ids, few=len(ids) <= FEW and asked == self.names and not key)
        )
        keys = {pk: str(pk) for pk in ids}
        if not beside:
            return {pk: orjson.Fragment(found[key]) for pk, key in keys.items() if key in found}
        return {
            pk: orjson.Fragment(_with(found[key], {name: known[pk] for name, known in beside.items()}))
            for pk, key in keys.items()
            if key in found
        }

    def one(
        self, pk: UUID, names: Sequence[str] = (), beside: Mapping | None = None
    ) -> dict[str, Any] | None:
        """The row as plain values, days and moments as text; None where it is gone."""
        found = next(iter(self.of([pk], names, beside)), None)
        return found if found is None or isinstance(found, dict) else orjson.loads(orjson.dumps(found))

    def _put_together(
        self, ids, asked: Sequence[str], beside: Mapping[str, Mapping], given: tuple
    ) -> dict[UUID, Any]:
        own = [name for name in asked if name not in self.parts]
        read = self.rows(Q(pk__in=list(ids)), own, *given)
        rows = {row[0]: dict(zip(own, row, strict=True)) for row in read}
        hanging = {name: self.parts[name].of(ids) for name in asked if name in self.parts}
        for pk, row in rows.items():
            row |= {name: found.get(pk, self.parts[name].empty) for name, found in hanging.items()}
            row |= {name: known[pk] for name, known in beside.items()}
        return rows

    def _written(self, asked: tuple[str, ...], key: Hashable, given: tuple) -> Statement | None:
        """None where there can be no rows."""
        return once(self._kept, (asked, key), lambda: self._write_if_any(asked, given), MOST_CHOICES_KEPT)

    def _write_if_any(self, asked: tuple[str, ...], given: tuple) -> Statement | None:
        try:
            return self._write(asked, given)
        except EmptyResultSet:
            return None

    def _write(self, asked: tuple[str, ...], given: tuple) -> Statement:
        own = [name for name in asked if name not in self.parts]
        rows, params = written(self.rows(Q(among("id")), own, *given))
        hanging = {name: self.parts[name].written() for name in asked if name in self.parts}
        columns = [f"{ROW}.*", *(f"{sql} AS {_quoted([name])}" for name, (sql, _params) in hanging.items())]
        told = f"SELECT {', '.join(columns)} FROM ({rows}) AS {ROW}({_quoted(own)})"  # noqa: S608
        sql = f"SELECT told.id::text, row_to_json(told)::text FROM ({told}) AS told"  # noqa: S608
        return sql, (*(one for _sql, some in hanging.values() for one in some), *params)


def _asked(kept: Statement, ids: Collection[UUID], *, few: bool) -> list[tuple]:
    sql, params = kept
    wanted = list(ids) if few else array(ids)
    values = [wanted if one == IDS else one for one in params]
    if few:
        return prepared.rows_of(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)


def _with(row: str, known: Mapping[str, Any]) -> str:
    """A written object with more behind what it says."""
    return f"{row[:-1]},{orjson.dumps(known).decode()[1:]}"
