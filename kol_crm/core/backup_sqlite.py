"""The database of a backup on SQLite: its own online copy, both ways."""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection

NAME = "database.sqlite3"


def dump(folder: Path) -> dict[str, int]:
    """One moment of the database while others go on writing; how many rows each table has."""
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / NAME)) as target:
        connection.connection.backup(target)
        names = target.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        tables = [name for (name,) in names]
        return {
            name: target.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in tables
        }


def load(folder: Path) -> None:
    """In the place of what is here, for all who are connected; the backup stays what its manifest says."""
    connection.ensure_connection()
    untouched = f"file:{folder / NAME}?immutable=1"  # else two files of its journal appear beside it
    with closing(sqlite3.connect(untouched, uri=True)) as source:
        source.backup(connection.connection)
