"""Many rows at once in a fixed number of statements: COPY on PostgreSQL, executemany on SQLite.

For set forms of verbs: no validation, no defaults of the database, every column is written. COPY with a merge
is twice as fast as multi-row INSERTs (PERFORMANCE). The two PostgreSQL drivers are told apart only here.
"""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction

TEMPORARY = "copied_rows"
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
        _execute_many(f"{verb} {_table(model)} ({_names(fields)}) VALUES ({_places(fields)})", rows, fields)
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


def analyze(*tables: type[models.Model]) -> None:
    """Tell the planner how big these tables have become: after a bulk load its old idea is badly wrong."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {_table(model)}")


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
    columns = [(field.attname, _for_copy(field)) for field in fields]
    lines = "".join("\t".join([write(getattr(row, name)) for name, write in columns]) + "\n" for row in rows)
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


def _for_copy(field: models.Field) -> Callable[[Any], str]:
    """A value of the field in the text format of COPY."""
    if isinstance(field, models.JSONField):
        return lambda value: NULL if value is None else _json(field, value).translate(ESCAPES)
    if isinstance(field, models.BinaryField):
        return lambda value: NULL if value is None else "\\\\x" + bytes(value).hex()
    return _text


def _text(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    return str(value).translate(ESCAPES)


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
