"""From pending to sent: claim, hand over, write how it ended, recover what a dead worker left.

RELIABILITY 1. Whoever dies leaves a lease that runs out: claimed → pending, for nothing was handed over;
sending → uncertain.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet

from kol_crm.core import generation, holding_back, mail
from kol_crm.core.models import Send, uuid7
from kol_crm.core.outbox import DATABASE_AWAY, NO_REPLY, OUTCOME, TOO_LATE, Kind, Tally, kinds

log = logging.getLogger(__name__)
State = Send.State

BATCH = 10
COUNTED_AT_ONCE = 1000
GIVE_UP_ATTEMPTS = 12
MAIL, WEB = "mail", "web"  # lanes: a slow receiver of one never keeps the other waiting
# Of a process one thread at a time hands mail over: who kills it leaves one letter in doubt, not four.
_at_it = threading.Lock()


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
        held = Send.objects.filter(pk=row.pk, state=State.SENDING, fence=row.fence, lease_until__lt=now)
        if kind and kind.resend_uncertain:
            recovered += held.update(state=State.PENDING, outcome=NO_REPLY, fence=None, lease_until=None)
        else:
            recovered += _conclude(held, row, kind, None, State.UNCERTAIN, NO_REPLY, now)
    return recovered


def dispatch(clock: Callable[[], datetime] = database_clock, limit: int = 1000, lane: str = MAIL) -> Tally:
    """Send what is due until nothing more is; one failing row never stops the rest.

    ``lane``: mail, or what goes by HTTP, whose slow receivers must not keep mail waiting.

    Whatever went wrong with a row, its lease says what is safe: ``recover`` takes it from there. What a
    restore put in doubt is held first, and while everything is held nothing goes. While another thread of
    this process hands mail over it is that one which goes on until nothing more is due.
    """
    tally = Tally()
    if lane == MAIL and not _at_it.acquire(blocking=False):
        return tally
    try:
        _dispatch(tally, clock, limit, lane)
    finally:
        if lane == MAIL:
            _at_it.release()
    return tally


def is_at_it() -> bool:
    """Whether a thread of this process hands mail over now."""
    return _at_it.locked()


def _dispatch(tally: Tally, clock: Callable[[], datetime], limit: int, lane: str) -> None:
    holding_back.take(generation.look(clock()))
    tally.add(_count_as_sent(clock))
    with mail.one_line():
        while tally.seen < limit and (rows := claim(clock(), BATCH, lane)):
            for row in rows:
                _deliver_sparing(tally, row, clock)


def _deliver_sparing(tally: Tally, row: Send, clock: Callable[[], datetime]) -> None:
    tally.seen += 1
    try:
        state = deliver(row, clock)
    except Exception as error:
        log.exception("send %s failed", row.pk)
        tally.failure(f"send {row.pk}", error)
        return
    tally.done += state == State.SENT
    tally.skipped += state == State.SKIPPED
    tally.failed += state in (State.FAILED, State.UNCERTAIN)


def _count_as_sent(clock: Callable[[], datetime]) -> Tally:
    """An admin said of these, held since a restore, that they went out: what follows from each."""
    tally = Tally()
    for row in holding_back.counted()[:COUNTED_AT_ONCE]:
        held = Send.objects.filter(pk=row.pk, state=State.UNCERTAIN, outcome=row.outcome)
        tally.seen += 1
        with tally.sparing(f"send {row.pk}"):
            tally.done += _conclude(held, row, kinds.get(row.kind), None, State.SENT, row.outcome, clock())
    return tally


def claim(now: datetime, limit: int, lane: str = MAIL) -> list[Send]:
    """Take a few due rows with a fresh token each: the conditional update decides who has them.

    None while the generation of the database is held, and none that a restore put in doubt.
    """
    life = generation.look(now)
    if life.is_held:
        return []
    with transaction.atomic():
        due = _due(now, lane).order_by("not_before", "id")
        if life.due_before is not None:
            due = due.filter(not_before__gte=life.due_before)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        mine = []
        for row in due[:limit]:
            row.fence, row.lease_until = uuid7(), now + timedelta(seconds=settings.OUTBOX_CLAIM_SECONDS)
            taken = Send.objects.filter(pk=row.pk, state=State.PENDING).update(
                state=State.CLAIMED, fence=row.fence, lease_until=row.lease_until, attempts=F("attempts") + 1
            )
            if taken:
                row.attempts += 1
                row.state = State.CLAIMED
                mine.append(row)
    return mine


def _due(now: datetime, lane: str) -> QuerySet[Send]:
    rows = Send.objects.filter(state=State.PENDING, not_before__lte=now)
    by_http = [name for name, kind in kinds.items() if kind.open is not mail.open_handover]
    return rows.filter(kind__in=by_http) if lane == WEB else rows.exclude(kind__in=by_http)


def is_due(now: datetime, lane: str) -> bool:
    """Whether anything of this lane may go now."""
    return _due(now, lane).exists()


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
        until = kind.wait(row, now)
        if until is not None:
            return _back(row, until, "")
        letter = kind.render(row)
        handover = kind.open(letter)
    except mail.Unreachable as error:
        return _later(row, clock(), f"unreachable: {error}")
    except mail.Rejected as error:
        return _rejected(row, kind, letter, error, clock)
    except DATABASE_AWAY:
        raise
    except Exception as error:  # a bad row is pushed ahead, whatever is wrong with it
        log.exception("send %s could not be made into a letter", row.pk)
        return _later(row, now, type(error).__name__)
    try:
        return _hand_over(row, kind, letter, handover, clock)
    finally:
        handover.close()


def _hand_over(
    row: Send, kind: Kind, letter: Any, handover: mail.Handover, clock: Callable[[], datetime]
) -> str:
    if not _mark_sending(row, clock()):
        return State.PENDING  # somebody took it back, or the lease ran out: it is no longer ours
    try:
        reply = handover.transmit()
    except mail.Unreachable as error:
        return _later(row, clock(), f"unreachable: {error}")
    except mail.Rejected as error:
        return _rejected(row, kind, letter, error, clock)
    except mail.NoAnswer:
        if kind.resend_uncertain and row.attempts < GIVE_UP_ATTEMPTS:
            return _later(row, clock(), NO_REPLY)
        return _settle(row, kind, letter, State.UNCERTAIN, NO_REPLY, clock)
    return _settle(row, kind, letter, State.SENT, reply, clock)


def _mark_sending(row: Send, now: datetime) -> bool:
    """Committed before DATA: from here on nobody sends it again without knowing."""
    longest = settings.SMTP_TIMEOUT_SECONDS * 2 + settings.OUTBOX_WRITE_RETRY_SECONDS
    lease = now + timedelta(seconds=longest + settings.OUTBOX_MARGIN_SECONDS)
    mine = Send.objects.filter(pk=row.pk, state=State.CLAIMED, fence=row.fence)
    if not mine.update(state=State.SENDING, lease_until=lease):
        return False
    row.state = State.SENDING
    return True


def _rejected(row: Send, kind: Kind, letter: Any, error: mail.Rejected, clock: Callable[[], datetime]) -> str:
    if not error.permanent and row.attempts < GIVE_UP_ATTEMPTS:
        return _later(row, clock(), str(error))
    return _settle(row, kind, letter, State.FAILED, str(error), clock, address_is_dead=error.address_is_dead)


def _later(row: Send, now: datetime, outcome: str) -> str:
    """Back to pending, pushed ahead so that it holds up nobody."""
    waits = settings.OUTBOX_BACKOFF_SECONDS
    return _back(row, now + timedelta(seconds=waits[min(row.attempts, len(waits)) - 1]), outcome)


def _back(row: Send, not_before: datetime, outcome: str) -> str:
    held = Send.objects.filter(pk=row.pk, fence=row.fence, state__in=(State.CLAIMED, State.SENDING))
    columns = {"not_before": not_before, "outcome": _kept(outcome), "lease_until": None, "fence": None}
    _persist(lambda: held.update(state=State.PENDING, **columns))
    return State.PENDING


def _settle(
    row: Send,
    kind: Kind,
    letter: Any,
    state: str,
    outcome: str,
    clock: Callable[[], datetime],
    *,
    address_is_dead: bool = False,
) -> str:
    """Write how it ended and what follows. A slow worker may still turn its own uncertain row into sent."""
    held = Send.objects.filter(
        pk=row.pk, fence=row.fence, state__in=(State.CLAIMED, State.SENDING, State.UNCERTAIN)
    )
    _persist(
        lambda: _conclude(held, row, kind, letter, state, outcome, clock(), address_is_dead=address_is_dead)
    )
    return state


def _conclude(
    held: QuerySet[Send],
    row: Send,
    kind: Kind | None,
    letter: Any,
    state: str,
    outcome: str,
    now: datetime,
    *,
    address_is_dead: bool = False,
) -> bool:
    """How it ended stands even where what should follow from it fails."""
    outcome, sent_at = _kept(outcome), now if state == State.SENT else None
    with transaction.atomic():
        if not held.update(state=state, outcome=outcome, lease_until=None, sent_at=sent_at):
            return False
        row.state, row.outcome, row.sent_at = state, outcome, sent_at
        if kind is None:
            return True
        try:
            with transaction.atomic():
                kind.settled(row, letter, now, address_is_dead=address_is_dead)
        except DATABASE_AWAY:
            raise
        except Exception:
            log.exception("what follows from send %s failed", row.pk)
    return True


def _kept(outcome: str) -> str:
    """Words of another's machine as they may stand in a row: PostgreSQL keeps no zero byte."""
    return outcome.replace("\0", "")[:OUTCOME]


def _persist(write: Callable[[], object]) -> None:
    """The result is known: writing it is tried again for a while if the database is away."""
    end = time.monotonic() + settings.OUTBOX_WRITE_RETRY_SECONDS
    while True:
        try:
            write()
        except DATABASE_AWAY:
            if time.monotonic() > end or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(0.5)
        else:
            return
