"""How PostgreSQL empties the tables after a test that had transactions of its own.

Django truncates every table, seconds of files made and synced for a test that wrote thirty rows. Here
only the tables that hold rows are emptied, by DELETE with the triggers asleep; that takes a superuser.
"""

from collections.abc import Sequence


def empty_quickly(connection) -> None:
    """From now on the connection empties its tables so, where it may."""
    if connection.vendor != "postgresql" or not _is_superuser(connection):
        return
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:  # what a test commits need not outlive the machine; other threads too
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            f"ALTER DATABASE {quote(connection.settings_dict['NAME'])} SET synchronous_commit = off"
        )

    def sql_flush(_style, tables: Sequence[str], **_options) -> list[str]:
        asked = (f"SELECT '{table}' WHERE EXISTS (SELECT FROM {quote(table)})" for table in tables)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(asked))
            filled = [table for (table,) in cursor.fetchall()]
        deletions = [f"DELETE FROM {quote(table)};" for table in filled]
        return ["SET LOCAL session_replication_role = replica;", *deletions] if filled else []

    connection.ops.sql_flush = sql_flush


def _is_superuser(connection) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        return cursor.fetchone()[0]
