"""Tables in which the database itself refuses update and delete, on both engines (RELIABILITY 5)."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLES = ("core_disclosure",)

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""


def install(conn, table: str) -> None:
    """Create the triggers that refuse update and delete on ``table``."""
    with conn.cursor() as cursor:
        if conn.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            cursor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            return
        for act in ("UPDATE", "DELETE"):
            cursor.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def uninstall(conn, table: str) -> None:
    with conn.cursor() as cursor:
        if conn.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            return
        for act in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")


@contextmanager
def lifted() -> Iterator[None]:
    """For emptying a whole installation (demo, tests): without the triggers inside the block."""
    for table in TABLES:
        uninstall(connection, table)
    try:
        yield
    finally:
        for table in TABLES:
            install(connection, table)
