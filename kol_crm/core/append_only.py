"""Tables in which the database itself refuses update and delete, on both engines (RELIABILITY 5)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from kol_crm.core.extension import ExtensionPoint

TABLES = ("core_disclosure",)
# Tables of the apps above, each with the columns that may change all the same: whose file a row stands on.
tables: ExtensionPoint[Collection[str]] = ExtensionPoint("append-only tables")

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""


def install(conn, table: str, movable: Collection[str] = ()) -> None:
    """Create the triggers that refuse delete on ``table``, and update of all but the ``movable`` columns."""
    with conn.cursor() as cursor:
        update = _update(conn, cursor, table, movable)
        if conn.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE {update} OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            return
        for act, event in (("update", update), ("delete", "DELETE")):
            cursor.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _update(conn, cursor, table: str, movable: Collection[str]) -> str:
    if not movable:
        return "UPDATE"
    columns = [column.name for column in conn.introspection.get_table_description(cursor, table)]
    fixed = [conn.ops.quote_name(name) for name in columns if name not in movable]
    return f"UPDATE OF {', '.join(fixed)}"


def uninstall(conn, table: str) -> None:
    with conn.cursor() as cursor:
        if conn.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            return
        for act in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")


def every() -> dict[str, Collection[str]]:
    """All append-only tables with their movable columns."""
    return {**dict.fromkeys(TABLES, ()), **dict(tables.items())}


@contextmanager
def lifted(conn) -> Iterator[None]:
    """For emptying a whole installation: without the triggers inside the block."""
    for table in every():
        uninstall(conn, table)
    try:
        yield
    finally:
        for table, movable in every().items():
            install(conn, table, movable)
