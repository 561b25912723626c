"""A backup is a folder: the database, the sealed files, a manifest that says what they are (docs/backup.md).

The keys are not in it: whoever finds it reads no contact data, and whoever restores it needs them apart.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from kol_crm.core import backup_postgres, backup_sqlite, generation, stored
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Generation, StoredFile, User

FORMAT = 1
MANIFEST, MEDIA = "manifest.json", "media"
CHUNK = 1 << 20
# What is done again on a database that came back, by name; how many rows: who was erased since stays so.
after_restore: ExtensionPoint[Callable[[Actor], int]] = ExtensionPoint("after a restore")


class Unusable(Exception):
    """This backup cannot be restored here, and why; nothing was changed."""


@dataclass(frozen=True)
class Restored:
    """``missing``: rows of files that were in no backup."""

    generation: Generation
    rows: int
    files: int
    missing: int
    again: dict[str, int]


def make(folder: Path, now: datetime) -> dict[str, Any]:
    """Write a backup; its manifest. It is there whole or not at all; work may go on meanwhile.

    The database is one moment of it; files are copied after it, so that each row finds its file. Raises
    ``FileExistsError``, ``OSError``.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} is there already")
    draft = folder.with_name(f"{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    (draft / MEDIA).mkdir(parents=True)
    try:
        counts = _engine().dump(draft)
        _copy_tree(settings.MEDIA_ROOT, draft / MEDIA)
        manifest = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "engine": connection.vendor,
            "instance": settings.INSTANCE_NAME,
            "generation": str(generation.look(now).pk),
            "migrations": _newest_migrations(),
            "counts": counts,
            "files": {name: _print_of(draft / name) for name in _files(draft)},
        }
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1))
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return manifest


def check(folder: Path) -> dict[str, Any]:
    """The manifest of a backup that can be restored here. Raises ``Unusable``."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise Unusable(f"{folder} holds no backup: {error}") from error
    if manifest.get("format") != FORMAT:
        raise Unusable(f"format {manifest.get('format')}, where this version reads {FORMAT}")
    if manifest["engine"] != connection.vendor:
        raise Unusable(f"it is of {manifest['engine']}, and this installation is of {connection.vendor}")
    known = MigrationExecutor(connection).loader.disk_migrations
    newer = [f"{app}.{name}" for app, name in manifest["migrations"].items() if (app, name) not in known]
    if newer:
        raise Unusable(f"it was made by a newer version: {', '.join(newer)}")
    if set(manifest["files"]) != set(_files(folder)) - {MANIFEST}:
        raise Unusable("files are missing from it, or were added")
    for name, kept in manifest["files"].items():
        if _print_of(folder / name) != kept:
            raise Unusable(f"{name} is not what the manifest says")
    return manifest


def is_in_use() -> bool:
    """Whether the database here holds more than an empty one."""
    if User._meta.db_table not in connection.introspection.table_names():
        return False
    return User.objects.exists()


def restore(folder: Path, now: datetime, *, force: bool = False) -> Restored:
    """Put a backup in the place of what is here, and hold everything outbound (``generation``).

    Its manifest is checked first. Raises ``Unusable``: nothing was changed then.
    """
    manifest = check(folder)
    if is_in_use() and not force:
        raise Unusable("the database here is not empty; --force replaces it")
    generation.forget_outside()  # whoever dies from here on leaves a database that is held
    _engine().load(folder)
    connection.close()
    if MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    _copy_tree(folder / MEDIA, settings.MEDIA_ROOT)
    life = generation.restored(now)
    again = {name: redo(Actor(None, "command", now)) for name, redo in after_restore.items()}
    rows = sum(manifest["counts"].values())
    files = sum(name.startswith(f"{MEDIA}/") for name in manifest["files"])
    return Restored(life, rows, files, missing_files(), again)


def missing_files() -> int:
    """Rows of stored files whose content is not there."""
    return sum(not stored.path_of(row).exists() for row in StoredFile.objects.iterator())


def _engine() -> Any:
    return backup_postgres if connection.vendor == "postgresql" else backup_sqlite


def _newest_migrations() -> dict[str, str]:
    """By app, the last of its migrations that were made here."""
    return dict(sorted(MigrationRecorder(connection).applied_migrations()))


def _files(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def _print_of(path: Path) -> dict[str, Any]:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
    return {"size": path.stat().st_size, "sha256": digest.hexdigest()}


def _copy_tree(source: Path, target: Path) -> None:
    """File by file, each there whole or not at all; one that goes meanwhile had lost its row."""
    source, target = Path(source), Path(target)
    for name in _files(source) if source.exists() else ():
        if name.endswith(".draft"):
            continue
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f"{place.name}.{os.getpid()}.copy")
        try:
            shutil.copyfile(source / name, draft)
        except FileNotFoundError:
            continue
        draft.replace(place)
