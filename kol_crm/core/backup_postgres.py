"""The database of a backup on PostgreSQL: ``pg_dump`` in its custom format, and back (both on PATH)."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.db import connection, transaction

NAME = "database.dump"
VARIABLES = {
    "PGHOST": "HOST",
    "PGPORT": "PORT",
    "PGUSER": "USER",
    "PGPASSWORD": "PASSWORD",
    "PGDATABASE": "NAME",
}
LOCK_PATIENCE = "30s"  # whoever else is connected must have let go by then
AWAY = ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


class Failed(Exception):
    """What a program of PostgreSQL said; nothing was changed."""


def dump(folder: Path) -> dict[str, int]:
    """One moment of the database while others go on writing; how many rows each table has then."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        [moment] = cursor.fetchone()
        where = ["--format=custom", "--no-owner", "--no-acl", f"--snapshot={moment}"]
        _run("pg_dump", *where, f"--file={folder / NAME}")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        counts = {}
        for (name,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")  # noqa: S608
            counts[name] = cursor.fetchone()[0]
        return counts


def load(folder: Path) -> None:
    """In the place of what is here, in one transaction: it is all there, or all is as it was."""
    connection.close()
    with tempfile.TemporaryDirectory() as beside:
        script = Path(beside) / "restore.sql"
        # Written whole before it is read: half of it would be a database, too.
        _run("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(folder / NAME), database=False)
        away = [part for statement in AWAY for part in ("-c", statement)]
        _run("psql", "-q", "-X", "-1", "-v", "ON_ERROR_STOP=1", *away, "-f", str(script))


def _run(program: str, *words: str, database: bool = True) -> None:
    found = shutil.which(program)
    if found is None:
        raise Failed(f"{program} is not on the PATH: install PostgreSQL's programs, as new as the server")
    at = connection.settings_dict
    given = {name: str(at[key]) for name, key in VARIABLES.items() if at.get(key)}
    env = {**os.environ, **given, "PGOPTIONS": f"-c lock_timeout={LOCK_PATIENCE}"} if database else os.environ
    done = subprocess.run([found, *words], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Failed(f"{program}: {done.stderr.strip()[-2000:]}")
