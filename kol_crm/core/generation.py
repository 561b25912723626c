"""The generation of the database: which life of it this is, and whether anything may leave it.

A restore puts the outbox back to an earlier hour: what it says is still to be sent may have gone out since. A
copy to another installation would send everything a second time. So a generation is kept in the database and,
outside it, in a small file (``STATE_DIR``); where the two differ, where the database says another
``INSTANCE_NAME``, or after ``manage.py restore``, a new generation begins and everything outbound is held
until an admin releases it (RELIABILITY 1, "After a restore"). Cursors are signed with ``current()``.
"""

import hashlib
import logging
import os
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from kol_crm.core import installation_memo, notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import Generation, Send, User

log = logging.getLogger(__name__)
Cause = Generation.Cause
MEMO, REMEMBERED_SECONDS = "generation", 5.0
NOTICE = "outbound_held"


def current() -> str:
    """The id of the generation, to sign cursors with; at most ``REMEMBERED_SECONDS`` old."""
    kept = installation_memo.recall(MEMO)
    if kept is None:
        kept = str(_seen().pk)
        installation_memo.keep(kept, REMEMBERED_SECONDS, name=MEMO)
    return kept


def _seen() -> Generation:
    """Within somebody's transaction nothing begins: rolled back, it would leave a file that nobody knows."""
    row = latest()
    if row is not None and (connection.in_atomic_block or not _differs(row)):
        return row
    return look(timezone.now())


def latest() -> Generation | None:
    """The one in force; None in a database that was emptied and never looked at since."""
    return Generation.objects.order_by("-pk").first()


def look(now: datetime) -> Generation:
    """The generation in force, after a look at what lies outside; a new one begins where they differ.

    Raises ``OSError`` where the file cannot be written: then nothing is sent either.
    """
    row = latest()
    if row is not None and not _differs(row):
        return row
    with transaction.atomic():
        row = Generation.objects.select_for_update().order_by("-pk").first()
        if row is None:
            return _begin(Cause.MADE, now)
        return _agreed(row, now)


def _differs(row: Generation) -> bool:
    return not row.kept_outside or _kept_outside() != row.pk.hex or _is_elsewhere(row)


def _is_elsewhere(row: Generation) -> bool:
    """A generation that is held already needs no second one to be held."""
    return row.instance != settings.INSTANCE_NAME and not row.is_held


def _agreed(row: Generation, now: datetime) -> Generation:
    outside = _kept_outside()
    if outside != row.pk.hex:
        is_new_here = outside is None or not Send.objects.exists()  # nothing that could go twice
        if row.kept_outside or not is_new_here:
            return _begin(Cause.FOUND, now)
        _keep_outside(row)
    if not row.kept_outside:
        Generation.objects.filter(pk=row.pk).update(kept_outside=True)
        row.kept_outside = True
    return _begin(Cause.COPIED, now) if _is_elsewhere(row) else row


def restored(now: datetime) -> Generation:
    """A backup was just put in the place of what stood here: what was due until now is in doubt."""
    with transaction.atomic():
        return _begin(Cause.RESTORED, now)


def _begin(cause: str, now: datetime) -> Generation:
    """A new generation, held unless the database is empty; its admins are told."""
    is_held = cause != Cause.MADE
    row = Generation.objects.create(
        cause=cause,
        instance=settings.INSTANCE_NAME,
        began_at=now,
        due_before=now if is_held else None,
        kept_outside=True,
        released_at=None if is_held else now,
    )
    if is_held:
        log.error("everything outbound is held: this database is %s", cause)
        admins = User.objects.filter(role=User.Role.ADMIN, is_active=True)
        notices.notify(Actor.job(now), admins, NOTICE, subject=row.pk, key=f"{NOTICE}:{row.pk}")
    _keep_outside(row)
    installation_memo.keep(str(row.pk), REMEMBERED_SECONDS, name=MEMO)
    return row


def _file() -> Path:
    """Of this database: an installation that is tried with several has one for each."""
    address = "|".join(str(connection.settings_dict.get(part) or "") for part in ("HOST", "PORT", "NAME"))
    return settings.STATE_DIR / f"generation-{hashlib.sha256(address.encode()).hexdigest()[:12]}"


def _kept_outside() -> str | None:
    try:
        return uuid.UUID(_file().read_text().strip()).hex
    except FileNotFoundError:
        return None
    except ValueError:  # half of it, or somebody else's: it names no generation that we know
        return ""


def _keep_outside(row: Generation) -> None:
    """On the disk before the database commits: a crash in between leaves a difference, which is held."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with draft.open("w") as file:
        file.write(f"{row.pk}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
