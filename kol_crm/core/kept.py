"""Statements that are written once: what every page asks, and what hangs on the rows of a page.

To put a statement together costs Django more than PostgreSQL takes to answer it, and a list of a hundred ids
is prepared one by one. Such a statement is kept as text, with the ids as one array.
"""

import copy
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Value

from kol_crm.core.memory import once

IDS = "the ids"  # stands where an execution puts them
MOST_KEPT = 2000  # of one kind; what a user sees makes another one
Statement = tuple[str, tuple[Any, ...]]


class Place:
    """Where an execution of a kept queryset puts one of its values."""

    def __init__(self, at: int):
        self.at = at


@dataclass(frozen=True)
class Written:
    """A queryset with its statement and what turns the cells that it reads into values."""

    rows: Any
    compiler: Any
    statement: Statement
    converters: dict[int, Any]


class KeptRows:
    """``rows(*values)`` is a queryset that differs only by the values it compares with; ``of`` reads them.

    ``key`` names what else of it differs from one caller to the next (what a user sees: ``User.sight``), and
    ``given`` hands that to ``rows`` before the values. No value may decide what the statement looks like: it
    stands on the right of a comparison, and none is ``None``, or a list that ``those_of`` does not compare.
    """

    def __init__(self, rows: Callable[..., QuerySet]):
        self.rows = rows
        self._kept: dict[Hashable, Written | None] = {}

    def of(self, *values: Any, key: Hashable = (), given: tuple = ()) -> list[Any]:
        """The rows, as the queryset would give them."""
        if connection.vendor != "postgresql":
            return list(self.rows(*given, *values))
        kept = self._written(values, key, given)
        return [] if kept is None else _asked(kept, values)

    def statement(self, *values: Any, key: Hashable = (), given: tuple = ()) -> Statement:
        """What ``of`` asks, to be a part of another (PostgreSQL only). Raises ``EmptyResultSet``."""
        kept = self._written(values, key, given)
        if kept is None:
            raise EmptyResultSet
        return kept.statement[0], _filled(kept.statement[1], values)

    def _written(self, values: tuple, key: Hashable, given: tuple) -> Written | None:
        return once(self._kept, key, lambda: self._write(given, len(values)), MOST_KEPT)

    def _write(self, given: tuple, count: int) -> Written | None:
        rows = self.rows(*given, *_places(count))
        compiler = rows.query.get_compiler(connection=connection)
        try:
            statement = compiler.as_sql()
        except EmptyResultSet:  # there can be none
            return None
        return Written(
            rows, compiler, statement, compiler.get_converters([one[0] for one in compiler.select])
        )


def _asked(kept: Written, values: tuple) -> list[Any]:
    """The rows of a statement written before, built by what Django builds those of this queryset with."""
    rows, (sql, params) = kept.rows, kept.statement
    filled = sql, _filled(params, values)
    again, query = copy.copy(kept.compiler), copy.copy(rows.query)
    again.connection = connection
    again.as_sql = lambda *_args, **_options: filled
    again.get_converters = lambda _columns: kept.converters
    query.get_compiler = lambda *_args, **_options: again
    asked = SimpleNamespace(
        db=connection.alias, query=query, _known_related_objects={}, _fields=rows._fields, _hints={}
    )
    return list(rows._iterable_class(asked))


def _places(count: int) -> list[Value]:
    return [Value(Place(at)) for at in range(count)]


def _filled(params: tuple, values: tuple) -> tuple:
    return tuple(values[one.at] if isinstance(one, Place) else one for one in params)


class Kept:
    """``rows(condition)`` is the ``values_list`` of the rows that meet it; ``key``: their column of the ids.

    The ids may be texts, where ``kind`` says so. ``rows`` may take further values, as those of ``KeptRows``.
    The text is kept per process, so the queryset may hang on nothing but the code, and no column, but a
    count, may need to be converted by Django: ``LookupError`` otherwise.
    """

    def __init__(self, key: str, rows: Callable[..., QuerySet], kind: str = "uuid"):
        self.key, self.rows, self.kind = key, rows, kind
        self._written: Statement | None = None

    def of(self, ids: Collection[Any], *values: Any) -> list[tuple]:
        """The rows that hang on these, in the order of the queryset; one statement, none without ids."""
        if not ids:
            return []
        if connection.vendor != "postgresql":
            return list(self.rows(Q(**{f"{self.key}__in": list(ids)}), *values))
        if self._written is None:
            self._written = self._write(len(values))
        sql, params = self._written
        wanted = array(ids) if self.kind == "uuid" else list(ids)
        with connection.cursor() as cursor:
            cursor.execute(sql, [wanted if one == IDS else one for one in _filled(params, values)])
            return cursor.fetchall()

    def _write(self, count: int) -> Statement:
        compiler = self.rows(Q(among(self.key, kind=self.kind)), *_places(count)).query.get_compiler(
            connection=connection
        )
        sql, params = compiler.as_sql()
        columns = [one for one, _sql, _alias in compiler.select if not isinstance(one, Count)]
        if compiler.get_converters(columns):
            raise LookupError(f"a column of {sql} is not what the database says")
        return sql, params


def written(rows: QuerySet) -> Statement:
    """The statement of a queryset as the ORM writes it."""
    sql, params = rows.query.get_compiler(connection=connection).as_sql()
    return sql, tuple(params)


def read_by(kept: KeptRows, ids: Collection[UUID]) -> list[Any]:
    """The rows of ``kept``, whose one value are ids, as ``those_of`` compares them; none without."""
    if not ids:
        return []
    return kept.of(array(ids) if connection.vendor == "postgresql" else list(ids))


def those_of(ids: Any, key: str = "pk", kind: str = "uuid") -> Q:
    """The rows of which ``key`` is one of these, inside a ``KeptRows``: ids, or texts where ``kind`` says so.

    ``read_by`` asks it with ids; texts are one value, a list.
    """
    return Q(among(key, ids, kind)) if hasattr(ids, "resolve_expression") else Q(**{f"{key}__in": ids})


def array(ids: Collection[UUID | str]) -> str:
    """As one parameter."""
    return f"{{{','.join([one.hex if isinstance(one, UUID) else one for one in ids])}}}"


def one_of(ids: Collection[UUID] | QuerySet, key: str = "pk") -> Q:
    """The rows of thousands of ids, which as a list cost more to write than to find; a query stays one."""
    if connection.vendor != "postgresql" or isinstance(ids, QuerySet):
        return Q(**{f"{key}__in": ids})
    return Q(among(key, Value(array(ids))))


def among(key: str, ids: Any = None, kind: str = "uuid") -> Func:
    """``key = ANY (ids)``, with ``IDS`` among the parameters."""
    return Func(
        F(key),
        ids or Value(IDS),
        template=f"%(expressions)s::{kind}[])",
        arg_joiner=" = ANY(",
        output_field=BooleanField(),
    )


def hanging_on(key: str, column: str) -> Q:
    """``key`` is that column of a query around this one."""
    return Q(Func(F(key), template=f"%(expressions)s = {column}", output_field=BooleanField()))
