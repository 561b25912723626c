"""Statements so long that PostgreSQL plans them longer than it runs them: planned once a connection.

What every page asks of a dozen tables at once is eighteen kilobytes of SQL, whose plan takes twenty to thirty
milliseconds. Texts and truths stand in the plan, as partial indexes are found by them; numbers, days and keys
are its values, so that all of one role and tree share one (``plan_cache_mode`` in the settings).
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection

MOST = 8  # of a connection: a plan takes two megabytes of the database
SMALL = 2**31
# of a list all are of one type: it is one value of the plan, however long
TYPES = ((datetime, "timestamptz"), (date, "date"), (timedelta, "interval"), (UUID, "uuid"))
PLACES = re.compile(r"%[s%]")
Shape = tuple[str, tuple[Any, ...]]
# Of each connection the names of its statements, by their text and what stands in it.
_known: WeakKeyDictionary[Any, dict[Shape, str]] = WeakKeyDictionary()


def rows_of(sql: str, params: Sequence[Any]) -> list[tuple]:
    """What the statement finds now."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(sql, params)
            return cursor.fetchall()
        values = [one for one in params if not _stands(one)]
        shape = sql, tuple(one if _stands(one) else type_of(one) for one in params)
        known = _known.setdefault(connection.connection, {})
        name = known.get(shape)
        if name is None:
            name = known[shape] = _prepare(cursor, known, sql, params)
        places = ", ".join(["%s"] * len(values))
        cursor.execute(f"EXECUTE {name}({places})" if values else f"EXECUTE {name}", values)
        return cursor.fetchall()


def _stands(value: Any) -> bool:
    """Whether it is a part of the text."""
    return isinstance(value, str | bool)


def _prepare(cursor, known: dict[Shape, str], sql: str, params: Sequence[Any]) -> str:
    if len(known) >= MOST:
        for name in known.values():
            cursor.execute(f"DEALLOCATE {name}")
        known.clear()
    name = f"kept_{len(known)}"
    types = ", ".join(type_of(one) for one in params if not _stands(one))
    typed = f"({types})" if types else ""
    # The places of texts are left to the driver, which writes them; a number becomes its place among values.
    cursor.execute(f"PREPARE {name}{typed} AS {placed(sql, params)}", [one for one in params if _stands(one)])
    return name


def type_of(value: Any) -> str:
    """What PostgreSQL calls the type of a parameter as the driver writes it."""
    for kind, name in TYPES:
        if isinstance(value, kind):
            return name
    if isinstance(value, list) and value:
        return f"{type_of(value[0])}[]"
    if isinstance(value, int):
        return "integer" if -SMALL <= value < SMALL else "bigint"
    raise TypeError(f"A {type(value).__name__} has not been a value of such a statement yet.")


def placed(sql: str, params: Sequence[Any]) -> str:
    """``%s`` of a value as ``$1``, ``$2``, …; that of a text stays."""
    ours, places = iter(params), count(1)

    def place(found: re.Match) -> str:
        return found[0] if found[0] == "%%" or _stands(next(ours)) else f"${next(places)}"

    return PLACES.sub(place, sql)
