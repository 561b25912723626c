"""The outbox: the database says what must be sent and what was sent; workers only look (RELIABILITY 1).

A row goes pending → claimed (lease and fencing token) → sending (committed between RCPT and DATA) → sent.
A refusal before or at DATA goes back to pending, or to failed where it is for good; no reply after DATA is
uncertain, never sent again blindly. Here a row comes in and is taken back; the rest is ``dispatcher``'s.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop

from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.mail import Letter
from kol_crm.core.models import Send, User

OUTCOME = 200  # characters kept of it
TOO_LATE = gettext_noop("too late")
NO_REPLY = gettext_noop("no reply from the mail server: it may have arrived")


@dataclass(frozen=True)
class Kind:
    """What the outbox asks the owner of a kind of mail.

    ``wanted(send, now)``: empty, or why it must not go. ``wait(send, now)``: until when a wanted row waits
    all the same (night there). ``render(send)``: the letter from current data.
    ``settled(send, letter, now, *, address_is_dead)``: what follows from sent, failed, skipped or uncertain,
    in the transaction that writes it. ``resend_uncertain``: such a row may go again with the same Message-ID.
    """

    wanted: Callable[[Send, datetime], str]
    render: Callable[[Send], Letter]
    settled: Callable[..., None]
    resend_uncertain: bool = False
    wait: Callable[[Send, datetime], datetime | None] = lambda _send, _now: None


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


def enqueue(
    key: str,
    kind: str,
    *,
    not_before: datetime,
    give_up_after: datetime,
    at: datetime,
    subject: UUID | None = None,
    recipient: User | None = None,
) -> Send:
    """The row of this occurrence, inserted unless it stands; call it in the transaction of the fact."""
    row = Send(
        key=key,
        kind=kind,
        subject=subject,
        recipient=recipient,
        not_before=not_before,
        give_up_after=give_up_after,
        message_id=message_id(key),
        created_at=at,
    )
    Send.objects.bulk_create([row], ignore_conflicts=True)
    return Send.objects.get(key=key)


def withdraw(send_id: UUID | None, outcome: str) -> bool:
    """Take a row back that no longer shall go, also from a worker that has claimed it: its mark will fail.

    False when there was nothing to take back: it is over, or it is being transmitted.
    """
    if send_id is None:
        return False
    waiting = Send.objects.filter(pk=send_id, state__in=(Send.State.PENDING, Send.State.CLAIMED))
    taken = waiting.update(state=Send.State.SKIPPED, outcome=outcome[:OUTCOME], fence=None, lease_until=None)
    return bool(taken)
