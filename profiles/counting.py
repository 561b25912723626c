"""Counters kept by triggers in the database, in the transaction of the change.

Whatever writes a file, verb, import, merge or job, row by row or by the thousand, is counted; none can forget
to. Each ``Counter`` says in SQL what one version of a watched row counts for: rows are added to its table and
never changed, so that nobody waits for a counter; what there is, is their sum. A job makes one row of many.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from kol_crm.core.extension import ExtensionPoint

ALL, FIELD = "all", "field"
FEW = 50  # rows of one update whose plan is kept
COLUMNS = {
    "owner": "owner_id",
    "level": "level",
    "verdict": "verdict",
    "type": "type_id",
    "main_field": "main_field_id",
}
FILES, FIELDS = "profiles_kol", "profiles_kolfield"
OFF, ON = ("OLD", -1), ("NEW", 1)
ACTS = {"INSERT": (ON,), "DELETE": (OFF,), "UPDATE": (OFF, ON)}


@dataclass(frozen=True)
class Version:
    """Rows of a watched table as one statement found (``sign`` -1) or left (1) them; ``sql`` selects them."""

    sql: str
    sign: int


class Counter(Protocol):
    """``name`` stands in the names of its triggers; ``watched``: of each table the columns that matter, and
    on which acts. ``into`` is the table with ``key`` columns and ``count``. A counter that looks at a column
    only in part may say in ``compared`` by what two versions ``{row}`` differ in it (PostgreSQL).
    """

    name: str
    into: str
    key: tuple[str, ...]
    watched: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]

    def select(self, table: str, versions: Iterable[Version]) -> str:
        """What these versions of rows of the table count for: the key columns and ``n``."""

    def everything(self) -> str:
        """The same of all that stands."""


counters: ExtensionPoint[Counter] = ExtensionPoint("counters")


def key_text(column: str) -> str:
    """A key as 32 digits, however the database writes it; empty for none."""
    return f"COALESCE(REPLACE(CAST({column} AS text), '-', ''), '')"


def every(table: str) -> Version:
    return Version(f"SELECT * FROM {table}", 1)  # noqa: S608 - names of ours


def add(counter: Counter, counted: str) -> str:
    """The statement that adds what was counted, net of what cancels itself out."""
    key = ", ".join(counter.key)
    return (
        f"INSERT INTO {counter.into} ({key}, count) SELECT {key}, SUM(n) FROM ({counted}) counted "  # noqa: S608
        f"GROUP BY {key} HAVING SUM(n) <> 0"
    )


def install(conn=connection, *some: Counter) -> None:
    """Create the triggers of these counters (of all), in place of those that are there."""
    uninstall(conn, *some)
    with conn.cursor() as cursor:
        for name, counter, table, act in _triggers(some):
            columns, _acts = counter.watched[table]
            if conn.vendor == "postgresql":
                compared = getattr(counter, "compared", {})
                statement = add(counter, counter.select(table, _of_many(columns, act, compared)))
                body = f"{statement};" if act != "UPDATE" else _if_changed(columns, compared, statement)
                seen = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row, _sign in ACTS[act])
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ "
                    f"DECLARE differs boolean; BEGIN {body} RETURN NULL; END $$ LANGUAGE plpgsql"
                )
                cursor.execute(
                    f"CREATE TRIGGER {name} AFTER {act} ON {table} REFERENCING {seen} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
                )
                continue
            statement = add(counter, counter.select(table, _of_one(columns, act)))
            when = f"WHEN {_differs(columns)}" if act == "UPDATE" else ""
            cursor.execute(f"CREATE TRIGGER {name} AFTER {act} ON {table} {when} BEGIN {statement}; END")


def _triggers(some: Iterable[Counter] = ()) -> Iterable[tuple[str, Counter, str, str]]:
    for counter in some or counters:
        for table, (_columns, acts) in counter.watched.items():
            for act in acts:
                yield f"{table}_{counter.name}_{act.lower()}", counter, table, act


def _of_many(columns: tuple[str, ...], act: str, compared: Mapping[str, str]) -> list[Version]:
    """PostgreSQL asks once a statement; of an update it looks at what changed in a column that matters."""
    if act != "UPDATE":
        return [Version(f"SELECT * FROM {row.lower()}_rows", sign) for row, sign in ACTS[act]]  # noqa: S608
    changed = _changed(columns, compared)
    return [Version(changed.format("o.*"), -1), Version(changed.format("w.*"), 1)]


def _changed(columns: tuple[str, ...], compared: Mapping[str, str]) -> str:
    was, is_now = (
        ", ".join(
            compared[column].format(row=row) if column in compared else _of(row, column) for column in columns
        )
        for row in ("o", "w")
    )
    return (
        "SELECT {} FROM old_rows o JOIN new_rows w ON w.id = o.id "  # noqa: S608 - names of ours
        f"WHERE ROW({was}) IS DISTINCT FROM ROW({is_now})"
    )


def _if_changed(columns: tuple[str, ...], compared: Mapping[str, str], statement: str) -> str:
    """Most updates change nothing that is counted: that is asked first.

    The plan of a function is kept by its session, made for as many rows as came first: of one row it is a
    nested loop, which takes a second for a thousand. So statements of many rows are planned afresh.
    """
    asked = _changed(columns, compared).format("COUNT(*) > 0")  # EXISTS hopes for an early hit: a nested loop
    return (
        f"IF EXISTS (SELECT 1 FROM new_rows OFFSET {FEW}) THEN "  # noqa: S608 - names of ours
        f"EXECUTE $asked${asked}$asked$ INTO differs; "
        f"IF differs THEN EXECUTE $counted${statement}$counted$; END IF; "
        f"ELSE differs := ({asked}); IF differs THEN {statement}; END IF; END IF;"
    )


def _of_one(columns: tuple[str, ...], act: str) -> list[Version]:
    """SQLite asks row by row."""
    named = ("id", *columns)
    return [
        Version(f"SELECT {', '.join(f'{row}.{column} AS {column}' for column in named)}", sign)
        for row, sign in ACTS[act]
    ]


def _differs(columns: tuple[str, ...]) -> str:
    """Most saves change nothing that is counted."""
    return " OR ".join(f"{_of('OLD', column)} IS NOT {_of('NEW', column)}" for column in columns)


def _of(row: str, column: str) -> str:
    return f"({row}.archived_at IS NULL)" if column == "archived_at" else f"{row}.{column}"


def uninstall(conn=connection, *some: Counter) -> None:
    tables = set(conn.introspection.table_names())
    with conn.cursor() as cursor:
        for name, _counter, table, _act in _triggers(some):
            if table in tables:
                on = f" ON {table}" if conn.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def is_installed(conn=connection) -> bool:
    """Whether they stand; on SQLite migrations put them aside."""
    catalogue = (
        "SELECT tgname FROM pg_trigger"
        if conn.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with conn.cursor() as cursor:
        cursor.execute(catalogue)
        return {name for name, *_rest in _triggers()} <= {name for (name,) in cursor.fetchall()}


def stand_again(using: str = DEFAULT_DB_ALIAS) -> None:
    """After migrations: put the triggers back, and count, where they were put aside."""
    conn = connections[using]
    needed = {table for counter in counters for table in (counter.into, *counter.watched)}
    if needed <= set(conn.introspection.table_names()) and not is_installed(conn):
        install(conn)
        recount(conn)


def recount(conn=connection, *some: Counter) -> int:
    """Count everything anew; how many counters there are now. Nothing else writes files meanwhile."""
    chosen = some or tuple(counters)
    watched = sorted({table for counter in chosen for table in counter.watched})
    made = 0
    with transaction.atomic(using=conn.alias), conn.cursor() as cursor:
        if conn.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(watched)} IN SHARE MODE")
        for table in {counter.into for counter in chosen}:
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of ours
        for counter in chosen:
            cursor.execute(add(counter, counter.everything()))
            made += cursor.rowcount
    return made


def fold(conn=connection) -> int:
    """One row of many; how many were folded. Two at once fold different rows."""
    tables = {counter.into: ", ".join(counter.key) for counter in counters}
    return sum(_fold(conn, table, key) for table, key in tables.items())


def _fold(conn, table: str, key: str) -> int:
    with transaction.atomic(using=conn.alias), conn.cursor() as cursor:
        cursor.execute(f"SELECT MAX(id), COUNT(*) FROM {table}")  # noqa: S608 - names of ours
        newest, count = cursor.fetchone()
        net = f"GROUP BY {key} HAVING SUM(count) <> 0 ORDER BY {key}"
        sums = f"SELECT {key}, SUM(count) FROM {{}} {net}"  # noqa: S608
        into = f"INSERT INTO {table} ({key}, count)"
        if conn.vendor == "postgresql":
            gone = f"WITH gone AS (DELETE FROM {table} WHERE id <= %s RETURNING {key}, count)"  # noqa: S608
            cursor.execute(f"{gone} {into} {sums.format('gone')}", [newest or 0])
        else:
            old = f"(SELECT {key}, count FROM {table} WHERE id <= %s)"  # noqa: S608
            cursor.execute(f"{into} {sums.format(old)}", [newest or 0])
            cursor.execute(f"DELETE FROM {table} WHERE id <= %s", [newest or 0])  # noqa: S608
    return count
