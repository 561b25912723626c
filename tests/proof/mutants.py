"""The dispatcher without one of its safeguards: with any of these the proof must fail, or it proves nothing.

Put on in the proof's own processes only; no line of the product knows of them.
"""

from collections.abc import Callable

from kol_crm.core import dispatcher
from kol_crm.core.models import Send

State = Send.State


def without_the_mark() -> None:
    """DATA is transmitted without "sending" having been committed: a dead worker's row looks untouched."""

    def claimed_will_do(row, _now):
        return Send.objects.filter(pk=row.pk, fence=row.fence, state=State.CLAIMED).exists()

    dispatcher._mark_sending = claimed_will_do


def without_the_lease() -> None:
    """What is claimed or in transmission is taken for stuck and queued again blindly, before each claim."""
    claim = dispatcher.claim

    def claimed_blindly(now, limit, lane):
        stuck = Send.objects.filter(state__in=(State.CLAIMED, State.SENDING))
        stuck.update(state=State.PENDING, fence=None, lease_until=None)
        return claim(now, limit, lane)

    dispatcher.claim = claimed_blindly


def acknowledged_early() -> None:
    """A row is off the queue as soon as somebody has it: who dies with it loses it."""
    claim = dispatcher.claim

    def claimed_and_done(now, limit, lane):
        rows = claim(now, limit, lane)
        Send.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SENT, lease_until=None)
        return rows

    dispatcher.claim = claimed_and_done
    dispatcher._mark_sending = lambda _row, _now: True


MUTANTS: dict[str, Callable[[], None]] = {
    "no-mark": without_the_mark,
    "no-lease": without_the_lease,
    "early-ack": acknowledged_early,
}


def put_on(name: str) -> None:
    """None for the empty name. Raises ``KeyError`` for one that does not exist."""
    if name:
        MUTANTS[name]()
