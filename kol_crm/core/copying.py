"""Many rows at once in a fixed number of statements: COPY on PostgreSQL, executemany on SQLite.

For set forms of verbs: no validation, no defaults of the database, every column is written. COPY with a merge
is twice as fast as multi-row INSERTs (PERFORMANCE). The two PostgreSQL drivers are told apart only here.
"""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import repeat
from operator import attrgetter, is_
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

TEMPORARY = "copied_rows"
FEW = 20  # rows that are sooner written as values than set aside
NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@transaction.atomic(savepoint=False)  # the temporary table lives as long as the transaction
def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert rows of one model; with ``ignore_conflicts`` without those that break a unique constraint."""
    if not rows:
        return
    model = type(rows[0])
    fields = list(model._meta.concrete_fields)
    if connection.vendor != "postgresql":
        verb = "INSERT OR IGNORE INTO" if ignore_conflicts else "INSERT INTO"
        _execute_many(_inserting(verb, fields, 1), rows, fields)
    elif ignore_conflicts and len(rows) <= FEW:
        told = [
            field.get_db_prep_save(getattr(row, field.attname), connection)
            for row in rows
            for field in fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(f"{_inserting('INSERT INTO', fields, len(rows))} ON CONFLICT DO NOTHING", told)
    elif ignore_conflicts:
        with connection.cursor() as cursor:
            _copy_aside(cursor, rows, fields)
            cursor.execute(
                f"INSERT INTO {_table(model)} ({_names(fields)}) SELECT {_names(fields)} "  # noqa: S608
                f"FROM {TEMPORARY} ON CONFLICT DO NOTHING"
            )
    else:
        with connection.cursor() as cursor:
            _copy(cursor, _table(model), rows, fields)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@transaction.atomic(savepoint=False)
def update(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write the named fields of rows that stand already, found by their primary keys."""
    if not rows:
        return
    model = type(rows[0])
    stored = {field.name: field for field in model._meta.concrete_fields}
    fields, key = [stored[name] for name in names], model._meta.pk
    if len(rows) == 1:  # to set a table aside takes three statements more
        told = {field.attname: getattr(rows[0], field.attname) for field in fields}
        model._base_manager.filter(pk=rows[0].pk).update(**told)
        return
    if connection.vendor != "postgresql":
        settings = ", ".join(f"{_quoted(field)} = %s" for field in fields)
        statement = f"UPDATE {_table(model)} SET {settings} WHERE {_quoted(key)} = %s"  # noqa: S608
        _execute_many(statement, rows, [*fields, key])
        return
    settings = ", ".join(f"{_quoted(field)} = {TEMPORARY}.{_quoted(field)}" for field in fields)
    with connection.cursor() as cursor:
        _copy_aside(cursor, rows, [key, *fields])
        cursor.execute(
            f"UPDATE {_table(model)} SET {settings} FROM {TEMPORARY} "  # noqa: S608
            f"WHERE {_table(model)}.{_quoted(key)} = {TEMPORARY}.{_quoted(key)}"
        )


def lines(statement: str, params: Sequence[Any], options: str) -> list[bytes]:
    """The rows of a query as PostgreSQL writes them, one each: the protocol sends every row by itself."""
    out = f"COPY ({statement}) TO STDOUT WITH ({options})"
    with connection.cursor() as cursor, connection.wrap_database_errors:
        asked = cursor.mogrify(out, params)
        if hasattr(cursor, "copy_expert"):  # psycopg2
            sink = _Lines()
            cursor.copy_expert(asked, sink)
            return sink.kept
        with cursor.copy(asked) as stream:  # psycopg 3
            return [bytes(line) for line in stream]


class _Lines:
    """What psycopg2 writes to."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.write = self.kept.append


def analyze(*tables: type[models.Model]) -> None:
    """Tell the planner how big these tables have become: after a bulk load its old idea is badly wrong."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {_table(model)}")


def _inserting(verb: str, fields: Sequence[models.Field], rows: int) -> str:
    """The statement that writes so many rows as values."""
    values = ", ".join([f"({_places(fields)})"] * rows)
    return f"{verb} {_table(fields[0].model)} ({_names(fields)}) VALUES {values}"


def _execute_many(statement: str, rows: Sequence[models.Model], fields: Sequence[models.Field]) -> None:
    columns = [(field.attname, _for_driver(field)) for field in fields]
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [[adapt(getattr(row, name)) for name, adapt in columns] for row in rows]
        )


def _copy_aside(cursor, rows: Sequence[models.Model], fields: Sequence[models.Field]) -> None:
    """Copy rows into a temporary table of the same columns."""
    cursor.execute(f"DROP TABLE IF EXISTS {TEMPORARY}")
    cursor.execute(
        f"CREATE TEMPORARY TABLE {TEMPORARY} ON COMMIT DROP AS "  # noqa: S608
        f"SELECT {_names(fields)} FROM {_table(type(rows[0]))} WITH NO DATA"
    )
    _copy(cursor, TEMPORARY, rows, fields)


def _copy(cursor, table: str, rows: Sequence[models.Model], fields: Sequence[models.Field]) -> None:
    statement = f"COPY {table} ({_names(fields)}) FROM STDIN"
    names = [field.attname for field in fields]
    columns = zip(
        *map(attrgetter(*names, names[0]), rows), strict=True
    )  # of one name alone it gives no tuple
    written = [_written(field, column) for field, column in zip(fields, columns, strict=False)]
    lines = "\n".join(map("\t".join, zip(*written, strict=True))) + "\n"
    with connection.wrap_database_errors:  # the cursor wraps only what Django itself calls
        if hasattr(cursor, "copy_expert"):  # psycopg2
            cursor.copy_expert(statement, io.StringIO(lines))
            return
        with cursor.copy(statement) as stream:  # psycopg 3
            stream.write(lines)


def _for_driver(field: models.Field) -> Callable[[Any], Any]:
    """A value of the field as the driver of SQLite takes it; JSON as text."""
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else _json(field, value)
    if isinstance(field, models.CharField | models.TextField):
        return lambda value: None if value is None else str(value)  # most columns, and a short way
    return partial(field.get_db_prep_save, connection=connections[DEFAULT_DB_ALIAS])


def _written(field: models.Field, column: Sequence[Any]) -> Sequence[str]:
    """The values of a field in the text format of COPY.

    A column at a time: most hold the same default in every row, and the others values of one type. To choose
    a writer for each value took longer than to write it.
    """
    first = column[0]
    if all(map(is_, column, repeat(first))):
        return [NULL if first is None else _for_copy(field)(first)] * len(column)
    if isinstance(field, models.JSONField | models.BinaryField):
        write = _for_copy(field)
        return [NULL if value is None else write(value) for value in column]
    kinds = set(map(type, column))
    if kinds == {str} and not _holds_sign("".join(column)):
        return column
    if len(kinds) == 1:
        return list(map(WRITERS.get(kinds.pop(), _other), column))
    return [WRITERS.get(type(value), _other)(value) for value in column]


def _for_copy(field: models.Field) -> Callable[[Any], str]:
    """A value of the field in the text format of COPY."""
    if isinstance(field, models.JSONField):
        encode = (field.encoder or json.JSONEncoder)(ensure_ascii=False).encode  # made once, not per value
        return lambda value: _escaped(encode(value))
    if isinstance(field, models.BinaryField):
        return lambda value: "\\\\x" + bytes(value).hex()
    return lambda value: WRITERS.get(type(value), _other)(value)


def _escaped(text: str) -> str:
    """What COPY would take for a sign of its own is rare: to look for it costs a tenth of replacing it."""
    return text.translate(ESCAPES) if _holds_sign(text) else text


def _holds_sign(text: str) -> bool:
    return "\\" in text or "\n" in text or "\t" in text or "\r" in text


def _other(value: Any) -> str:
    return _escaped(str(value))


WRITERS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _value: NULL,
    str: _escaped,
    bool: lambda value: "t" if value else "f",
    int: str,
    UUID: lambda value: "%032x" % value.int,  # noqa: UP031 - half the time of the form with dashes
    date: date.isoformat,
    datetime: datetime.isoformat,
    Decimal: str,
}


def _json(field: models.JSONField, value: Any) -> str:
    return json.dumps(value, cls=field.encoder, ensure_ascii=False)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: models.Field) -> str:
    return connection.ops.quote_name(str(field.column))


def _names(fields: Iterable[models.Field]) -> str:
    return ", ".join(map(_quoted, fields))


def _places(fields: Sequence[models.Field]) -> str:
    return ", ".join(["%s"] * len(fields))
