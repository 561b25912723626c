"""Many rows at once in a fixed number of statements: COPY on PostgreSQL (both drivers), executemany on SQLite.

For set forms of verbs: no validation, no defaults of the database, every column is written. PERFORMANCE has the
figures: COPY with a merge is twice as fast as multi-row INSERTs. No driver is imported or told apart elsewhere.
"""

import io
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models

TEMPORARY = "copied_rows"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert rows of one model. With ``ignore_conflicts`` those that break a unique constraint are left out."""
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


def update(rows: Sequence[models.Model], names: Iterable[str]) -> None:
    """Write the named fields of rows that stand already, found by their primary keys."""
    if not rows:
        return
    model = type(rows[0])
    fields = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
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
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[_value(row, field) for field in fields] for row in rows])


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
    lines = "".join("\t".join(_text(_value(row, field)) for field in fields) + "\n" for row in rows)
    if hasattr(cursor, "copy_expert"):  # psycopg2
        cursor.copy_expert(statement, io.StringIO(lines))
        return
    with cursor.copy(statement) as stream:  # psycopg 3
        stream.write(lines)


def _value(row: models.Model, field: models.Field) -> Any:
    """The value as the driver takes it; JSON as text, which both engines store."""
    value = field.pre_save(row, add=False)
    if isinstance(field, models.JSONField) and value is not None:
        return json.dumps(value, cls=field.encoder, ensure_ascii=False)
    if connection.vendor == "postgresql":
        return field.get_prep_value(value)
    return field.get_db_prep_save(value, connection)


def _text(value: Any) -> str:
    """One value in the text format of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return "\\\\x" + bytes(value).hex()
    return str(value).translate(ESCAPES)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _quoted(field: models.Field) -> str:
    return connection.ops.quote_name(field.column)


def _names(fields: Iterable[models.Field]) -> str:
    return ", ".join(map(_quoted, fields))


def _places(fields: Sequence[models.Field]) -> str:
    return ", ".join(["%s"] * len(fields))
