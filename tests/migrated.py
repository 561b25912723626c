"""The test database begins as a copy of one that was migrated before.

To migrate an empty database takes some fifteen seconds of a processor, and each pytest, each of its workers
does it. So the first one keeps what it made under a key of all that decides it, and the others copy it: on
SQLite a file in ``var/``, on PostgreSQL a template beside the database. Django's own ``migrate`` still runs
on the copy; it finds nothing to do.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
# What the migrations say and lean on; tests/test_migrated.py looks that no import of theirs is missing.
DECISIVE = (
    *("*/migrations/*.py", "*/core/migrations/*.py"),
    *("*/models/*.py", "*/core/models/*.py"),
    *(
        "*/*counting.py",
        "profiles/sync_marks.py",
        "profiles/sync_triggers.py",
        "kol_crm/core/origin.py",
        "kol_crm/core/append_only.py",
        "kol_crm/core/quick_state.py",
        "kol_crm/core/webhook_trigger.py",
        "kol_crm/core/webhook_facts.py",
        "*/webhook_events.py",
        "kol_crm/core/extension.py",
        "kol_crm/core/zones.py",
        "lifecycle/rules/measure.py",
        "incentives/rules/paying.py",
    ),
    *("kol_crm/management/commands/migrate.py", "requirements/dev.txt", "requirements/psycopg3.txt"),
)
APPS = ("kol_crm", "profiles", "lifecycle", "incentives", "requirements")


def decisive_files() -> list[Path]:
    found = {path for pattern in DECISIVE for path in ROOT.glob(pattern)}
    return sorted(path for path in found if path.relative_to(ROOT).parts[0] in APPS)


def key() -> str:
    """Another one as soon as any of them changed."""
    digest = hashlib.sha256()
    for path in decisive_files():
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def begin_as_copy(connection) -> None:
    """Have the test database of this connection made as a copy, when Django makes it."""
    if connection.vendor == "sqlite":
        creation = connection.creation
        creation._create_test_db = _then_filled(creation._create_test_db, migrated_file())
    else:
        connection.settings_dict["TEST"]["TEMPLATE"] = _migrated_template(connection)


def migrated_file() -> Path:
    """A SQLite database with all tables and no rows but those of the migrations."""
    folder = settings.VAR_DIR / "migrated"
    folder.mkdir(exist_ok=True)
    path = folder / f"{key()}.sqlite3"
    with _alone():
        if not path.exists():
            for old in folder.iterdir():
                old.unlink()
            draft = path.with_suffix(".draft")
            _migrate(f"sqlite:///{draft}")
            draft.rename(path)
    return path


def _then_filled(create: Callable[..., str], file: Path) -> Callable[..., str]:
    kept = []  # a database in memory lasts as long as somebody is connected to it

    def created(*args, **kwargs) -> str:
        name = create(*args, **kwargs)
        target = sqlite3.connect(name, uri=True, check_same_thread=False)
        source = sqlite3.connect(file)
        source.backup(target)
        source.close()
        kept.append(target) if "mode=memory" in name else target.close()
        return name

    return created


def _migrated_template(connection) -> str:
    """A database beside the connection's own; what an earlier key made there goes."""
    beside = f"{os.environ.get('TEST_TEMPLATE') or connection.settings_dict['NAME']}_migrated_"
    name, draft = beside + key(), f"{beside}draft"
    with _alone(), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beside])
        standing = {row[0] for row in cursor.fetchall()}
        if name not in standing:
            for old in standing:
                cursor.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
            # As .ci/fresh_database: in the C locale trigram search ignores Chinese.
            cursor.execute(f"CREATE DATABASE \"{draft}\" ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0")
            _migrate(urlsplit(settings.DATABASE_URL)._replace(path=f"/{draft}").geturl())
            cursor.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')
    return name


def _migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--run-syncdb", "-v0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}, check=True)


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: of two workers the second waits for what the first makes."""
    with (settings.VAR_DIR / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
