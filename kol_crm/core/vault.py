"""Protected values: AES-256-GCM with a data key per person, and a keyed hash to find them by (RELIABILITY 5).

Stored form: format byte, data-key generation, nonce (12), ciphertext. The associated data are table, column
and row id, so that a value moved to another row does not decrypt.
"""

import base64
import hmac
import os
from collections.abc import Iterable
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from kol_crm.core import copying
from kol_crm.core.making import make
from kol_crm.core.models import DataKey

FORMAT = b"\x01\x01"
NONCE = 12


class Erased(LookupError):
    """The person's data key is gone: what was sealed with it is unreadable for good."""


def _keks() -> dict[str, bytes]:
    """The key-encryption keys by name; the first one named wraps new data keys."""
    return _named(settings.PII_KEYS)


@cache
def _named(keys: str) -> dict[str, bytes]:
    pairs = (part.split(":", 1) for part in keys.split(",") if part)
    return {name.strip(): base64.urlsafe_b64decode(key) for name, key in pairs}


def _unwrap(row: DataKey) -> bytes:
    wrapped = bytes(row.wrapped)
    return AESGCM(_keks()[row.kek]).decrypt(wrapped[:NONCE], wrapped[NONCE:], row.subject.bytes)


def _new_key(subject: UUID) -> tuple[DataKey, bytes]:
    key = AESGCM.generate_key(bit_length=256)
    name, kek = next(iter(_keks().items()))
    nonce = os.urandom(NONCE)
    wrapped = nonce + AESGCM(kek).encrypt(nonce, key, subject.bytes)
    return make(DataKey, subject=subject, kek=name, wrapped=wrapped), key


def new_keys(subjects: Iterable[UUID]) -> dict[UUID, bytes]:
    """Data keys of people whom this very transaction makes, so that nobody else can have made one."""
    made = [_new_key(subject) for subject in set(subjects)]
    copying.insert([row for row, _ in made])
    return {row.subject: key for row, key in made}


def keys_for(subjects: Iterable[UUID], *, create: bool = False) -> dict[UUID, bytes]:
    """The data keys of several people in one query; with ``create``, missing ones are made in one more."""
    wanted = set(subjects)
    keys = {row.subject: _unwrap(row) for row in DataKey.objects.filter(subject__in=wanted)}
    missing = wanted - keys.keys()
    if create and missing:
        made = [_new_key(subject) for subject in missing]
        copying.insert([row for row, _ in made], ignore_conflicts=True)
        keys |= {row.subject: _unwrap(row) for row in DataKey.objects.filter(subject__in=missing)}
    return keys


def _bound_to(table: str, column: str, row: UUID) -> bytes:
    return f"{table}|{column}|{row}".encode()


def seal(key: bytes, table: str, column: str, row: UUID, text: str) -> bytes:
    """Encrypt ``text`` for exactly this place."""
    nonce = os.urandom(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, text.encode(), _bound_to(table, column, row))


def unseal(key: bytes, table: str, column: str, row: UUID, sealed: bytes | memoryview) -> str:
    """Decrypt what ``seal`` made for this place. Raises ``InvalidTag`` for any other."""
    body = bytes(sealed)[len(FORMAT) :]
    return AESGCM(key).decrypt(body[:NONCE], body[NONCE:], _bound_to(table, column, row)).decode()


def digest(column: str, normalised: str) -> str:
    """Keyed hash for exact search. Equal values show as equal; the key is kept apart from the dump."""
    key = _column_key(settings.PII_INDEX_KEY, column)
    return hmac.digest(key, normalised.encode(), "sha256").hex()


@cache
def _column_key(root: str, column: str) -> bytes:
    return hmac.digest(base64.urlsafe_b64decode(root), column.encode(), "sha256")


def seal_secret(purpose: str, text: str) -> str:
    """Seal something of the installation's own, such as the secret of a second factor, for one purpose."""
    name, kek = next(iter(_keks().items()))
    nonce = os.urandom(NONCE)
    sealed = nonce + AESGCM(kek).encrypt(nonce, text.encode(), purpose.encode())
    return f"{name}:{base64.urlsafe_b64encode(sealed).decode()}"


def open_secret(purpose: str, sealed: str) -> str:
    """What ``seal_secret`` sealed for this purpose. Raises ``InvalidTag`` for any other."""
    name, _colon, body = sealed.partition(":")
    raw = base64.urlsafe_b64decode(body)
    return AESGCM(_keks()[name]).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode()).decode()
