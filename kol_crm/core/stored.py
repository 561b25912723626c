"""Files sealed at rest (RELIABILITY 5, "Copies count"): what is uploaded and exported holds contact data.

A file is a row (``StoredFile``) and, under ``MEDIA_ROOT``, frames of up to 256 KiB, each AES-256-GCM with the
data key of the file's subject and bound to the file, its place in it and whether it is the last: frames can
be neither moved, dropped nor appended. Written and read as a stream, in flat memory.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import vault
from kol_crm.core.actor import Actor
from kol_crm.core.models import StoredFile, uuid7

MAGIC = b"KCF1"
FRAME = 256 * 1024
NONCE = 12
LENGTH = 4  # bytes that tell the length of a sealed frame


def put(
    actor: Actor,
    name: str,
    content_type: str,
    chunks: Iterable[bytes],
    *,
    subject: UUID | None = None,
    limit: int | None = None,
) -> StoredFile:
    """Seal the content into a file and its row. ``subject``: whose data key seals it; by default its own.

    Raises ``ValidationError`` keyed ``file`` when it is empty or larger than ``limit`` bytes.
    """
    row = StoredFile(
        id=uuid7(), name=_plain_name(name), content_type=content_type[:100], by=actor.user, at=actor.at
    )
    row.subject = subject or row.pk
    path = path_of(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    try:
        with draft.open("wb") as sink:
            row.size = _write(sink, row, chunks, limit)
            sink.flush()
            os.fsync(sink.fileno())
        draft.rename(path)
        row.save(force_insert=True)
    except BaseException:
        draft.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise
    return row


def stream(row: StoredFile) -> Iterator[bytes]:
    """The content, frame by frame. Raises ``vault.Erased`` or ``InvalidTag`` instead of giving out less."""
    key = _key(row)
    with path_of(row).open("rb") as source:
        if source.read(len(MAGIC)) != MAGIC:
            raise ValueError("This is not a stored file.")
        place, frame = 0, _frame(source)
        while frame is not None:
            following = _frame(source)
            yield AESGCM(key).decrypt(
                frame[:NONCE], frame[NONCE:], _bound_to(row, place, last=following is None)
            )
            place, frame = place + 1, following
    if not place:
        raise ValueError("This stored file is cut off.")


def read(row: StoredFile) -> bytes:
    """The whole content: for what must be in memory at once anyway."""
    return b"".join(stream(row))


def remove(row: StoredFile) -> None:
    """Delete the row now, and the file once that is committed."""
    path = path_of(row)
    row.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def path_of(row: StoredFile) -> Path:
    name = row.pk.hex
    return Path(settings.MEDIA_ROOT) / name[-2:] / name


def sweep(actor: Actor, older_than_days: int = 2) -> int:
    """Nightly: delete files whose row was never committed; how many."""
    swept = 0
    edge = actor.at.timestamp() - older_than_days * 86400
    for folder in Path(settings.MEDIA_ROOT).glob("??"):
        files = {path.stem: path for path in folder.iterdir() if path.stat().st_mtime < edge}
        known = StoredFile.objects.filter(pk__in=[UUID(name) for name in files if len(name) == 32])
        for name in files.keys() - {pk.hex for pk in known.values_list("pk", flat=True)}:
            files[name].unlink(missing_ok=True)
            swept += 1
    return swept


def _plain_name(name: str) -> str:
    """What people call the file: no folders, no control characters, at most 200 characters."""
    plain = "".join(
        character for character in name.replace("\\", "/").rpartition("/")[2] if character.isprintable()
    )
    stem, dot, ending = plain.strip().rpartition(".")
    if not stem or len(ending) > 20:
        return plain[:200] or "file"
    return f"{stem[: 199 - len(ending)]}{dot}{ending}"


def _write(sink: BinaryIO, row: StoredFile, chunks: Iterable[bytes], limit: int | None) -> int:
    key = vault.keys_for([row.subject], create=True)[row.subject]
    sink.write(MAGIC)
    size = place = 0
    pending = b""
    for chunk in chunks:
        size += len(chunk)
        if limit is not None and size > limit:
            raise ValidationError({"file": _("The file is too large.")})
        pending += chunk
        while len(pending) > FRAME:  # the last frame is told by being the last, so one is always kept back
            _seal(sink, key, row, place, pending[:FRAME], last=False)
            pending, place = pending[FRAME:], place + 1
    if not size:
        raise ValidationError({"file": _("The file is empty.")})
    _seal(sink, key, row, place, pending, last=True)
    return size


def _seal(sink: BinaryIO, key: bytes, row: StoredFile, place: int, content: bytes, *, last: bool) -> None:
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(key).encrypt(nonce, content, _bound_to(row, place, last=last))
    sink.write(len(sealed).to_bytes(LENGTH, "big") + sealed)


def _frame(source: BinaryIO) -> bytes | None:
    length = source.read(LENGTH)
    return source.read(int.from_bytes(length, "big")) if length else None


def _bound_to(row: StoredFile, place: int, *, last: bool) -> bytes:
    return f"core_storedfile|{row.pk}|{place}|{'last' if last else 'more'}".encode()


def _key(row: StoredFile) -> bytes:
    keys = vault.keys_for([row.subject])
    if row.subject not in keys:
        raise vault.Erased(str(row.subject))
    return keys[row.subject]
