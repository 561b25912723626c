"""The outbox: the database says what must be sent and what was sent; workers only look (RELIABILITY 1).

A row goes pending → claimed (lease and fencing token) → sending (committed between RCPT and DATA) → sent.
A refusal before or at DATA goes back to pending, or to failed where it is for good; no reply after DATA is uncertain,
never sent again blindly. Whoever dies leaves a lease that runs out: claimed → pending, sending → uncertain.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from kol_crm.core import mail
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.mail import Letter
from kol_crm.core.models import Send, User, uuid7

log = logging.getLogger(__name__)
State = Send.State

CLAIM_LEASE = timedelta(minutes=2)
WRITE_RETRY_SECONDS = 20
MARGIN = timedelta(seconds=20)
BATCH = 10
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
GIVE_UP_ATTEMPTS = 12
TOO_LATE = "too late"


@dataclass(frozen=True)
class Kind:
    """What the outbox asks the owner of a kind of mail.

    ``wanted(send, now)``: empty, or why it must not go now; ``render(send)``: the letter from current data;
    ``settled(send, letter, now, *, address_is_dead)``: what follows from sent, failed, skipped or uncertain, in the
    transaction that writes it; ``resend_uncertain``: whether an uncertain row may go again with the same Message-ID.
    """

    wanted: Callable[[Send, datetime], str]
    render: Callable[[Send], Letter]
    settled: Callable[..., None]
    resend_uncertain: bool = False


@dataclass
class Tally:
    """What a run did."""

    seen: int = 0
    done: int = 0
    skipped: int = 0
    failed: int = 0


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


def database_clock() -> datetime:
    """The one clock of all workers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]
        cursor.execute("SELECT strftime('%Y-%m-%d %H:%M:%f+00:00', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0])


def recover(now: datetime) -> int:
    """Rows whose worker died: those not handed over go back, those in transmission become uncertain."""
    safe = Send.objects.filter(state=State.CLAIMED, lease_until__lt=now)
    recovered = safe.update(state=State.PENDING, fence=None, lease_until=None)
    for row in Send.objects.filter(state=State.SENDING, lease_until__lt=now):
        kind = kinds.get(row.kind)
        again = kind is not None and kind.resend_uncertain
        state = State.PENDING if again else State.UNCERTAIN
        with transaction.atomic():
            mine = Send.objects.filter(pk=row.pk, state=State.SENDING, fence=row.fence, lease_until__lt=now)
            if mine.update(state=state, outcome="no reply", lease_until=None):
                recovered += 1
                row.refresh_from_db()
                if kind and not again:
                    kind.settled(row, None, now, address_is_dead=False)
    return recovered


def dispatch(clock: Callable[[], datetime] = database_clock, limit: int = 1000) -> Tally:
    """Send what is due until nothing more is; one failing row never stops the rest."""
    tally = Tally()
    while tally.seen < limit and (rows := claim(clock(), BATCH)):
        for row in rows:
            tally.seen += 1
            match deliver(row, clock):
                case State.SENT:
                    tally.done += 1
                case State.SKIPPED:
                    tally.skipped += 1
                case _:
                    tally.failed += 1
    return tally


def claim(now: datetime, limit: int) -> list[Send]:
    """Take a few due rows with a fresh token each: the conditional update decides who has them."""
    with transaction.atomic():
        due = Send.objects.filter(state=State.PENDING, not_before__lte=now).order_by("not_before", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        mine = []
        for row in due[:limit]:
            row.fence, row.lease_until = uuid7(), now + CLAIM_LEASE
            taken = Send.objects.filter(pk=row.pk, state=State.PENDING).update(
                state=State.CLAIMED, fence=row.fence, lease_until=row.lease_until, attempts=F("attempts") + 1
            )
            if taken:
                row.attempts += 1
                row.state = State.CLAIMED
                mine.append(row)
    return mine


def deliver(row: Send, clock: Callable[[], datetime]) -> str:
    """Take one claimed row to its end; the state it was left in."""
    now = clock()
    kind = kinds.get(row.kind)
    if kind is None:
        return _later(row, now, f"nobody knows the kind {row.kind}")
    try:
        reason = TOO_LATE if now > row.give_up_after else kind.wanted(row, now)
        if reason:
            return _settle(row, kind, None, State.SKIPPED, reason, clock)
        letter = kind.render(row)
    except Exception as error:  # a bad row is pushed ahead, whatever is wrong with it
        log.exception("send %s could not be rendered", row.pk)
        return _later(row, now, type(error).__name__)
    return _hand_over(row, kind, letter, clock)


def _hand_over(row: Send, kind: Kind, letter: Letter, clock: Callable[[], datetime]) -> str:
    try:
        handover = mail.open_handover(letter)
    except mail.Unreachable as error:
        return _later(row, clock(), f"unreachable: {error}")
    except mail.Rejected as error:
        return _rejected(row, kind, letter, error, clock)
    try:
        if not _mark_sending(row, clock()):
            return row.state  # the lease ran out and somebody else has it now
        reply = handover.transmit(letter.message)
    except mail.Unreachable as error:
        return _later(row, clock(), f"unreachable: {error}")
    except mail.Rejected as error:
        return _rejected(row, kind, letter, error, clock)
    except mail.NoAnswer:
        return _settle(row, kind, letter, State.UNCERTAIN, "no reply", clock)
    finally:
        handover.close()
    return _settle(row, kind, letter, State.SENT, reply, clock)


def _mark_sending(row: Send, now: datetime) -> bool:
    """Committed before DATA: from here on nobody sends it again without knowing."""
    lease = now + timedelta(seconds=settings.SMTP_TIMEOUT_SECONDS * 2 + WRITE_RETRY_SECONDS) + MARGIN
    mine = Send.objects.filter(pk=row.pk, state=State.CLAIMED, fence=row.fence)
    if not mine.update(state=State.SENDING, lease_until=lease):
        return False
    row.state = State.SENDING
    return True


def _rejected(
    row: Send, kind: Kind, letter: Letter, error: mail.Rejected, clock: Callable[[], datetime]
) -> str:
    if not error.permanent and row.attempts < GIVE_UP_ATTEMPTS:
        return _later(row, clock(), str(error))
    return _settle(row, kind, letter, State.FAILED, str(error), clock, address_is_dead=error.address_is_dead)


def _later(row: Send, now: datetime, outcome: str) -> str:
    """Back to pending, pushed ahead so that it holds up nobody."""
    wait = BACKOFF[min(row.attempts, len(BACKOFF)) - 1]
    _persist(
        lambda: Send.objects.filter(
            pk=row.pk, fence=row.fence, state__in=(State.CLAIMED, State.SENDING)
        ).update(state=State.PENDING, not_before=now + wait, lease_until=None, outcome=outcome[:200])
    )
    return State.PENDING


def _settle(
    row: Send,
    kind: Kind,
    letter: Letter | None,
    state: str,
    outcome: str,
    clock: Callable[[], datetime],
    *,
    address_is_dead: bool = False,
) -> str:
    """Write how it ended and what follows from it. A slow worker may still turn its own uncertain row into sent."""

    def write():
        now = clock()
        with transaction.atomic():
            mine = Send.objects.filter(pk=row.pk, fence=row.fence).exclude(
                state__in=(State.SENT, State.PENDING)
            )
            sent_at = now if state == State.SENT else None
            if mine.update(state=state, outcome=outcome[:200], lease_until=None, sent_at=sent_at):
                row.state, row.outcome, row.sent_at = state, outcome[:200], sent_at
                kind.settled(row, letter, now, address_is_dead=address_is_dead)

    _persist(write)
    return state


def _persist(write: Callable[[], object]) -> None:
    """The result is known: writing it is tried again for a while if the database is away."""
    end = time.monotonic() + WRITE_RETRY_SECONDS
    while True:
        try:
            write()
        except (OperationalError, InterfaceError):
            if time.monotonic() > end or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(0.5)
        else:
            return
