"""The outbox: the database says what must be sent and what was sent; workers only look (RELIABILITY 1).

A row goes pending → claimed (lease and fencing token) → sending (committed between RCPT and DATA) → sent.
A refusal before or at DATA goes back to pending, or to failed where it is for good; no reply after DATA is
uncertain, never sent again blindly. Here a row comes in and is taken back; the rest is ``dispatcher``'s.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop

from kol_crm.core import mail
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.mail import Handover
from kol_crm.core.models import Send, User

OUTCOME = 200  # characters kept of it
BATCH = 500
TOO_LATE = gettext_noop("too late")
NO_REPLY = gettext_noop("no reply: it may have arrived")


@dataclass(frozen=True)
class Kind:
    """What the outbox asks the owner of a kind of mail.

    ``wanted(send, now)``: empty, or why it must not go. ``wait(send, now)``: until when a wanted row waits
    all the same (night there). ``render(send)``: from current data the letter, or what else ``open`` takes.
    ``settled(send, letter, now, *, address_is_dead)``: what follows from sent, failed, skipped or uncertain,
    in the transaction that writes it. ``resend_uncertain``: such a row may go again with the same Message-ID.
    """

    wanted: Callable[[Send, datetime], str]
    render: Callable[[Send], Any]
    settled: Callable[..., None]
    resend_uncertain: bool = False
    wait: Callable[[Send, datetime], datetime | None] = lambda _send, _now: None
    open: Callable[[Any], Handover] = mail.open_handover


@dataclass
class Tally:
    """What a run did; ``errors`` says what failed, without the words of the error, which may be personal."""

    seen: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, part: "Tally") -> None:
        """What a part of the run did counts for the whole."""
        self.seen += part.seen
        self.done += part.done
        self.skipped += part.skipped
        self.failed += part.failed
        self.errors += part.errors

    def failure(self, what: str, error: Exception) -> None:
        """One thing failed; the run goes on."""
        self.failed += 1
        self.errors.append(f"{what}: {type(error).__name__}")


kinds: ExtensionPoint[Kind] = ExtensionPoint("sends")


def message_id(key: str) -> str:
    """The Message-ID that follows from the natural key: the same mail is always the same message."""
    digest = hashlib.sha256(f"{settings.INSTANCE_NAME}|{key}".encode()).hexdigest()[:40]
    return f"<{digest}@{settings.INSTANCE_NAME}.kol-crm>"


def new(
    key: str,
    kind: str,
    *,
    not_before: datetime,
    give_up_after: datetime,
    at: datetime,
    subject: UUID | None = None,
    recipient: User | None = None,
) -> Send:
    """The row of an occurrence, for ``enqueue``."""
    return Send(
        key=key,
        kind=kind,
        subject=subject,
        recipient=recipient,
        not_before=not_before,
        give_up_after=give_up_after,
        message_id=message_id(key),
        created_at=at,
    )


def enqueue(*rows: Send) -> dict[str, Send]:
    """Insert what has no row yet, in the transaction of the fact; the rows that stand now, by key."""
    Send.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)
    standing: dict[str, Send] = {}
    keys = [row.key for row in rows]
    for start in range(0, len(keys), BATCH):
        standing |= {row.key: row for row in Send.objects.filter(key__in=keys[start : start + BATCH])}
    return standing


def withdraw(send_ids: Collection[UUID | None], outcome: str) -> int:
    """Take rows back that no longer shall go, also from a worker that has claimed them: its mark will fail.

    How many were still to be taken back; the others are over, or being transmitted.
    """
    known = [send_id for send_id in send_ids if send_id is not None]
    waiting = Send.objects.filter(pk__in=known, state__in=(Send.State.PENDING, Send.State.CLAIMED))
    return waiting.update(state=Send.State.SKIPPED, outcome=outcome[:OUTCOME], fence=None, lease_until=None)


def again(send: Send, now: datetime) -> bool:
    """Put a row back that failed or is uncertain, with the time it had at first; whether it was one.

    Only of a kind that may go again: what goes to KOLs is decided by its operator, on Today.
    """
    kind = kinds.get(send.kind)
    if kind is None or not kind.resend_uncertain:
        return False
    troubled = Send.objects.filter(pk=send.pk, state__in=(Send.State.FAILED, Send.State.UNCERTAIN))
    end = now + (send.give_up_after - send.not_before)
    columns = {"not_before": now, "give_up_after": end, "attempts": 0, "outcome": ""}
    return bool(troubled.update(state=Send.State.PENDING, fence=None, lease_until=None, **columns))
