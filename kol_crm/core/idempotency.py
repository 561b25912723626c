"""The same request sent again has one effect (RELIABILITY 2): a row under the client's key, written with it.

While a request runs its row is not visible to others; that it runs is known by a lock which ends with the
transaction, however that ends. So a client that died at any point may send the same again.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from kol_crm.core.actor import Actor
from kol_crm.core.kept import KeptRows
from kol_crm.core.models import IdempotencyKey

KEPT = timedelta(days=7)
_answered = KeptRows(lambda user, key: IdempotencyKey.objects.filter(user_id=user, key=key)[:1])


class Running(Exception):
    """A request under this key is not answered yet."""


class Reused(Exception):
    """Another request was sent under this key."""


class Done(NamedTuple):
    """What an act answered: its status, and what of it is kept (ids and versions)."""

    status: int
    answer: Any


class Outcome(NamedTuple):
    done: Done
    replayed: bool


def once(actor: Actor, key: str, digest: str, act: Callable[[], Done]) -> Outcome:
    """Let ``act`` happen once under the user's ``key``; again, what it answered then.

    One transaction holds the effect and the row. What ``act`` raises leaves neither, and may be tried again.
    ``digest`` tells the same request from another. Raises ``Running``, ``Reused``.
    """
    user = actor.person
    with transaction.atomic():
        if not _claimed(user.pk, key):
            raise Running
        row = next(iter(_answered.of(user.pk, key)), None)
        if row is not None and row.at < actor.at - KEPT:
            row.delete()
            row = None
        if row is not None:
            if row.digest != digest:
                raise Reused
            return Outcome(Done(row.status, row.answer), replayed=True)
        done = act()
        IdempotencyKey.objects.create(
            user=user, key=key, digest=digest, status=done.status, answer=done.answer, at=actor.at
        )
    return Outcome(done, replayed=False)


def _claimed(user: int, key: str) -> bool:
    """Whether no other transaction is at it. SQLite has one writer at a time: whoever comes second waits."""
    if connection.vendor != "postgresql":
        return True
    number = int.from_bytes(hashlib.blake2b(f"{user}:{key}".encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return cursor.fetchone()[0]


def forget_old(actor: Actor) -> int:
    """Keys of more than seven days; how many."""
    return IdempotencyKey.objects.filter(at__lt=actor.at - KEPT).delete()[0]
