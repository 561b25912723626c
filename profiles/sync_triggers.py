"""Triggers that mark a file as changed, in the transaction of the change (``SyncState``).

No verb can forget to, neither import nor merge nor a job that writes by COPY. On PostgreSQL one runs per
statement over all its rows; a file that its transaction has marked already is only looked up. A later
migration that adds a column to the file needs nothing: ``manage.py migrate`` writes the triggers anew.
"""

from collections.abc import Iterable

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from kol_crm.core.origin import FUNCTION, SETTING
from profiles.models import SyncClock, SyncLeft, SyncState
from profiles.sync_marks import FILES, HANGING, SHOWN, WORDS, Hanging, Word

STATES, LEFT, CLOCK = (model._meta.db_table for model in (SyncState, SyncLeft, SyncClock))
INSERT, UPDATE, DELETE = "INSERT", "UPDATE", "DELETE"
FEW = 50  # rows of one statement whose plan is kept; more are planned afresh (profiles/counting.py)
KIND = (
    "CASE WHEN {row}.merged_into_id IS NOT NULL THEN 'merged' "
    "WHEN {row}.archived_at IS NOT NULL THEN 'deleted' ELSE 'live' END"
)
COLUMNS = "kol, at, others_at, version, kind, survivor, origin, team, hidden_from, changed_at"


class _Postgres:
    at = "pg_current_xact_id()::text::bigint"
    me = f"COALESCE(current_setting('{SETTING}', true), '')"
    now = "now()"
    ticks: tuple[str, ...] = ()


class _Sqlite:
    at = f"(SELECT value FROM {CLOCK})"  # noqa: S608 - names of ours, here and below
    me = f"{FUNCTION}()"
    now = "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    ticks = (
        f"UPDATE {CLOCK} SET value = value + 1",  # noqa: S608
        f"INSERT INTO {CLOCK} (id, value) SELECT 1, 1 WHERE NOT EXISTS (SELECT 1 FROM {CLOCK})",  # noqa: S608
    )


def _dialect(conn):
    return _Postgres if conn.vendor == "postgresql" else _Sqlite


def _marked(sql) -> str:
    """What every mark sets. Of a change in a transaction that has marked it already, the rest stands."""
    s = STATES
    return (
        f"others_at = CASE WHEN {s}.at = {sql.at} OR ({s}.origin <> '' AND {s}.origin = {sql.me}) "
        f"THEN {s}.others_at ELSE {s}.at END, "
        f"at = {sql.at}, version = {s}.version + 1, origin = {sql.me}, changed_at = {sql.now}"
    )


def _mark(sql, files: str) -> str:
    return f"UPDATE {STATES} SET {_marked(sql)} WHERE kol IN ({files}) AND at <> {sql.at}"  # noqa: S608


def _new_states(sql, rows: str) -> str:
    """States of files that have none."""
    return (
        f"INSERT INTO {STATES} ({COLUMNS}) SELECT r.id, {sql.at}, 0, 1, {KIND.format(row='r')}, "  # noqa: S608
        f"r.merged_into_id, {sql.me}, r.team_id, COALESCE(r.staff_user_id, 0), {sql.now} FROM {rows} r"
    )


def _gone(sql, files: str) -> str:
    return (
        f"UPDATE {STATES} SET kind = CASE kind WHEN 'merged' THEN kind ELSE 'deleted' END, {_marked(sql)} "  # noqa: S608
        f"WHERE kol IN ({files})"
    )


def install(conn=connection) -> None:
    """Create the triggers in place of those that are there."""
    uninstall(conn)
    write = _write_postgres if conn.vendor == "postgresql" else _write_sqlite
    with conn.cursor() as cursor:
        write(cursor)


def uninstall(conn=connection) -> None:
    tables = set(conn.introspection.table_names())
    with conn.cursor() as cursor:
        for name, table in _names():
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
        return {name for name, _table in _names()} <= {name for (name,) in cursor.fetchall()}


def stand_again(using: str = DEFAULT_DB_ALIAS, *, anew: bool = False) -> None:
    """After migrations: put the triggers back where they were put aside, or ``anew`` by the present columns.

    While they were away a migration may have changed any file: all count as changed.
    """
    conn = connections[using]
    if not {STATES, FILES} <= set(conn.introspection.table_names()):
        return
    if not is_installed(conn):
        install(conn)
        mark_all(conn)
    elif anew:
        install(conn)


def mark_all(conn=connection) -> None:
    """Every file counts as changed, and has its row."""
    sql = _dialect(conn)
    new = f"(SELECT * FROM {FILES} k WHERE NOT EXISTS (SELECT 1 FROM {STATES} s WHERE s.kol = k.id))"  # noqa: S608
    with transaction.atomic(using=conn.alias), conn.cursor() as cursor:
        for statement in sql.ticks:
            cursor.execute(statement)
        cursor.execute(f"UPDATE {STATES} SET {_marked(sql)}")  # noqa: S608
        cursor.execute(_new_states(sql, new))


def _names() -> Iterable[tuple[str, str]]:
    for table in (FILES, *(one.table for one in HANGING)):
        for act in (INSERT, UPDATE, DELETE):
            yield f"{table}_sync_{act.lower()}", table
    for word in WORDS:
        yield f"{word.table}_sync_word", word.table


# PostgreSQL: once a statement


def _write_postgres(cursor) -> None:
    sql = _Postgres
    known = ", ".join(f"{one} = EXCLUDED.{one}" for one in ("kind", "survivor", "team", "hidden_from"))
    again = f"ON CONFLICT (kol) DO UPDATE SET {known}, {_marked(sql)}"  # one that was taken from the database
    _function(cursor, FILES, INSERT, f"{_new_states(sql, 'new_rows')} {again};")
    _function(cursor, FILES, UPDATE, _planned(_file_changed(sql)))
    _function(cursor, FILES, DELETE, f"{_gone(sql, 'SELECT id FROM old_rows')};")  # noqa: S608
    for one in HANGING:
        for act in (INSERT, UPDATE, DELETE):
            files = _holders(one, act)
            # In one order, so that two statements over the same files do not wait for each other.
            locked = (
                f"SELECT 1 FROM {STATES} WHERE kol IN ({files}) AND at <> {sql.at} "  # noqa: S608
                "ORDER BY kol FOR NO KEY UPDATE"
            )
            _function(cursor, one.table, act, _planned(_mark(sql, files), before=locked, rows=_rows(act)))
    for word in WORDS:
        _word_function(cursor, word, _mark(sql, word.files))


def _rows(act: str) -> str:
    return "old_rows" if act == DELETE else "new_rows"


def _planned(statement: str, *, before: str = "", rows: str = "new_rows") -> str:
    """Of many rows it is planned afresh: the plan that a session keeps is made for few."""
    afresh = f"EXECUTE $before${before}$before$; " if before else ""
    return (
        f"IF EXISTS (SELECT 1 FROM {rows} OFFSET {FEW}) THEN {afresh}EXECUTE $many${statement}$many$; "  # noqa: S608
        f"ELSE {statement}; END IF;"
    )


def _differ(columns: Iterable[str]) -> str:
    was, is_now = (", ".join(f"{row}.{column}" for column in columns) for row in ("o", "w"))
    return f"old_rows o JOIN new_rows w ON w.id = o.id WHERE ROW({was}) IS DISTINCT FROM ROW({is_now})"


def _holders(one: Hanging, act: str) -> str:
    if act != UPDATE:
        return f"SELECT kol_id FROM {_rows(act)}"  # noqa: S608
    changed = _differ(one.columns)
    return f"SELECT o.kol_id FROM {changed} UNION SELECT w.kol_id FROM {changed}"  # noqa: S608


def _file_changed(sql) -> str:
    """A changed file: out of whose sight it went, then its own state.

    Where it was in sight last is what its state says: it may have moved while it was put away.
    """
    s, kind = STATES, KIND.format(row="c")
    here = "c.archived_at IS NULL"
    return f"""
    WITH changed AS MATERIALIZED (
        SELECT w.id, w.team_id, w.archived_at, w.merged_into_id, COALESCE(w.staff_user_id, 0) AS staff,
               o.team_id AS old_team, o.archived_at AS old_archived, COALESCE(o.staff_user_id, 0) AS old_staff
        FROM {_differ(SHOWN)}
    ), moved AS MATERIALIZED (
        SELECT c.id, c.team_id, c.staff, {s}.team, {s}.hidden_from FROM changed c JOIN {s} ON {s}.kol = c.id
        WHERE {here} AND (c.team_id <> c.old_team OR c.staff <> c.old_staff OR c.old_archived IS NOT NULL)
    ), out_of_sight AS (
        INSERT INTO {LEFT} (kol, team, whom, but, at, changed_at)
        SELECT id, team, 0, hidden_from, {sql.at}, {sql.now} FROM moved WHERE team_id <> team
        UNION ALL
        SELECT id, team, staff, 0, {sql.at}, {sql.now} FROM moved WHERE staff NOT IN (0, hidden_from)
        ON CONFLICT (kol, team, whom, but) DO UPDATE SET at = EXCLUDED.at, changed_at = EXCLUDED.changed_at
    )
    UPDATE {s} SET kind = {kind}, survivor = c.merged_into_id,
        team = CASE WHEN {here} THEN c.team_id ELSE {s}.team END,
        hidden_from = CASE WHEN {here} THEN c.staff ELSE {s}.hidden_from END, {_marked(sql)}
    FROM changed c WHERE {s}.kol = c.id AND ({s}.at <> {sql.at} OR {s}.kind <> {kind}
        OR {s}.survivor IS DISTINCT FROM c.merged_into_id
        OR ({here} AND ({s}.team <> c.team_id OR {s}.hidden_from <> c.staff)))
    """  # noqa: S608 - names of ours


def _function(cursor, table: str, act: str, body: str) -> None:
    name = f"{table}_sync_{act.lower()}"
    seen = {INSERT: ("NEW",), UPDATE: ("OLD", "NEW"), DELETE: ("OLD",)}[act]
    tables = " ".join(f"{row} TABLE AS {row.lower()}_rows" for row in seen)
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $sync$ BEGIN {body} RETURN NULL; END $sync$ "
        "LANGUAGE plpgsql"
    )
    cursor.execute(
        f"CREATE TRIGGER {name} AFTER {act} ON {table} REFERENCING {tables} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {name}()"
    )


def _word_function(cursor, word: Word, statement: str) -> None:
    name = f"{word.table}_sync_word"
    differs = " OR ".join(f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in word.columns)
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $sync$ BEGIN {statement}; RETURN NULL; END "
        "$sync$ LANGUAGE plpgsql"
    )
    cursor.execute(
        f"CREATE TRIGGER {name} AFTER UPDATE OF {', '.join(word.columns)} ON {word.table} FOR EACH ROW "
        f"WHEN ({differs}) EXECUTE FUNCTION {name}()"
    )


# SQLite: row by row


def _write_sqlite(cursor) -> None:
    sql = _Sqlite
    again = f"DELETE FROM {STATES} WHERE kol = NEW.id"  # noqa: S608
    told = ("id", "merged_into_id", "archived_at", "team_id", "staff_user_id")
    row = f"(SELECT {', '.join(f'NEW.{name} AS {name}' for name in told)})"
    _row_trigger(cursor, FILES, INSERT, f"{again}; {_new_states(sql, row)}")
    _row_trigger(cursor, FILES, UPDATE, _file_changed_in_sqlite(sql), SHOWN)
    _row_trigger(cursor, FILES, DELETE, _gone(sql, "OLD.id"))
    for one in HANGING:
        _row_trigger(cursor, one.table, INSERT, _mark(sql, "NEW.kol_id"))
        _row_trigger(cursor, one.table, UPDATE, _mark(sql, "OLD.kol_id, NEW.kol_id"), one.columns)
        _row_trigger(cursor, one.table, DELETE, _mark(sql, "OLD.kol_id"))
    for word in WORDS:
        _row_trigger(cursor, word.table, UPDATE, _mark(sql, word.files), word.columns, "word")


def _file_changed_in_sqlite(sql) -> str:
    kind = KIND.format(row="NEW")
    staff, here = "COALESCE(NEW.staff_user_id, 0)", "NEW.archived_at IS NULL"
    seen = f"FROM {STATES} s WHERE s.kol = NEW.id AND {here}"
    left = []
    for whom, but, when in (
        ("0", "s.hidden_from", "s.team <> NEW.team_id"),
        (staff, "0", f"{staff} NOT IN (0, s.hidden_from)"),
    ):
        left.append(
            f"DELETE FROM {LEFT} WHERE kol = NEW.id AND whom = {whom} "  # noqa: S608
            f"AND (team, but) = (SELECT s.team, {but} {seen} AND {when})"
        )
        left.append(
            f"INSERT INTO {LEFT} (kol, team, whom, but, at, changed_at) "
            f"SELECT NEW.id, s.team, {whom}, {but}, {sql.at}, {sql.now} {seen} AND {when}"
        )
    state = (
        f"UPDATE {STATES} SET kind = {kind}, survivor = NEW.merged_into_id, "  # noqa: S608
        f"team = CASE WHEN {here} THEN NEW.team_id ELSE team END, "
        f"hidden_from = CASE WHEN {here} THEN {staff} ELSE hidden_from END, {_marked(sql)} WHERE kol = NEW.id"
    )
    return "; ".join([*left, state])


def _row_trigger(
    cursor, table: str, act: str, body: str, columns: Iterable[str] = (), name: str = ""
) -> None:
    differs = " OR ".join(f"OLD.{one} IS NOT NEW.{one}" for one in columns)
    when = f"WHEN {differs}" if differs else ""
    cursor.execute(
        f"CREATE TRIGGER {table}_sync_{name or act.lower()} AFTER {act} ON {table} {when} "
        f"BEGIN {'; '.join([*_Sqlite.ticks, body])}; END"
    )
