"""Work in the background with progress: started by a person, done by a worker, shown while it runs.

The row in the database is the work; a message to the worker only says "look now" (RELIABILITY 1). A worker
that dies leaves a lease that runs out, and another goes on where the last ``Run.progress`` stood: what a kind
does between two calls of it is one transaction, and doing that piece again must find it done.
"""

import logging
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from kol_crm.core import installation, notices
from kol_crm.core.actor import Actor
from kol_crm.core.dispatcher import database_clock
from kol_crm.core.errors import Refused
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Work, uuid7
from kol_crm.core.outbox import Tally

log = logging.getLogger(__name__)
State = Work.State
LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 5
NOTICE = "work"
# Whoever waits for a page does not wait for a broker: it is asked once, for a second.
AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
AT_ONCE |= {"socket_connect_timeout": 1, "socket_timeout": 1}


class Stopped(Exception):
    """The work was cancelled, or another worker has taken it over: write nothing more."""


class Run:
    """One worker's hold on one piece of work."""

    def __init__(self, work: Work):
        self.work = work
        self.actor = Actor(work.user, work.door, work.created_at, change_set=work.change_set)

    def progress(self, done: int, *, total: int | None = None, **counts: Any) -> None:
        """Say how far it is and keep the lease; call it inside the transaction of the piece just done.

        Raises ``Stopped``, so that the piece is rolled back, when the work is no longer ours.
        """
        work = self.work
        work.done, work.counts = done, {**work.counts, **counts}
        work.total = work.total if total is None else total
        held = Work.objects.filter(pk=work.pk, state=State.RUNNING, fence=work.fence)
        if not held.update(
            done=done, total=work.total, counts=work.counts, lease_until=database_clock() + LEASE
        ):
            raise Stopped


@dataclass(frozen=True)
class Kind:
    """``run`` does the work; ``words(work)`` says what came of it and ``url(work)`` where to see it.

    ``run`` may raise ``Refused`` or any error: the work is then failed, what its pieces wrote stays.
    """

    label: Any
    icon: str
    run: Callable[[Run], None]
    words: Callable[[Work], str]
    url: Callable[[Work], str]


kinds: ExtensionPoint[Kind] = ExtensionPoint("work")


def start(
    actor: Actor,
    kind: str,
    params: dict[str, Any] | None = None,
    *,
    total: int | None = None,
    subject: UUID | None = None,
) -> Work:
    """Put work in, in the transaction of what it belongs to; a worker looks once that is committed."""
    work = Work.objects.create(
        kind=kind,
        user=actor.person,
        door=actor.door,
        subject=subject,
        params=params or {},
        total=total,
        created_at=actor.at,
        change_set=actor.change_set,
    )
    transaction.on_commit(poke, robust=True)
    return work


def poke() -> None:
    """Tell the worker to look now; without a broker the next beat does, and nobody waits (RELIABILITY 1)."""
    try:
        with current_app.connection_for_write(transport_options=AT_ONCE) as broker:
            current_app.send_task("core.work", expires=60, retry=False, connection=broker)
    except (OperationalError, OSError) as error:
        log.warning("no broker to tell of new work: %s", error)


def cancel(actor: Actor, work: Work) -> None:
    """Stop it after the piece in hand. Raises ``Refused`` when it is over."""
    mine = Work.objects.filter(pk=work.pk, state__in=(State.WAITING, State.RUNNING))
    if not mine.update(state=State.CANCELLED, ended_at=actor.at, fence=None, lease_until=None):
        raise Refused("work_is_over", _("This is over already."))


def run_waiting(limit: int = 20) -> Tally:
    """Do what waits and what a dead worker left, the oldest first."""
    tally = Tally()
    while tally.seen < limit and (work := _claim(database_clock())):
        tally.seen += 1
        state = _run(work)
        tally.done += state == State.DONE
        tally.failed += state == State.FAILED
    return tally


def run_one(work: Work) -> Work:
    """Do this piece of work here and now: for commands and tests. Its row as it stands afterwards."""
    claimed = _claim(database_clock(), pk=work.pk)
    if claimed:
        _run(claimed)
    work.refresh_from_db()
    return work


def _claim(now: datetime, **which: Any) -> Work | None:
    """Take the oldest open work: the conditional update decides who has it."""
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)
    for work in Work.objects.filter(free, **which).select_related("user").order_by("created_at", "id")[:5]:
        fence = uuid7()
        taken = Work.objects.filter(free, pk=work.pk, fence=work.fence).update(
            state=State.RUNNING, fence=fence, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
        if taken:
            work.refresh_from_db()
            return work
    return None


def _run(work: Work) -> str:
    """Do claimed work to its end; the state it was left in."""
    kind = kinds.get(work.kind)
    try:
        if kind is None or work.attempts > MOST_ATTEMPTS:
            return _end(work, State.FAILED, "given up" if kind else "unknown kind")
        with (
            translation.override(work.user.language or settings.LANGUAGE_CODE),
            timezone.override(_zone(work)),
        ):
            kind.run(Run(work))
    except Stopped:
        return State.CANCELLED
    except Refused as refusal:
        return _end(work, State.FAILED, refusal.code)
    except Exception as error:  # its words may be personal: the log has them, the row the class
        log.exception("work %s failed", work.pk)
        return _end(work, State.FAILED, type(error).__name__)
    return _end(work, State.DONE)


def _zone(work: Work) -> zoneinfo.ZoneInfo:
    """Words and times in the work are those of who started it."""
    return zoneinfo.ZoneInfo(work.user.zone or installation.zone())


def _end(work: Work, state: str, error: str = "") -> str:
    now = database_clock()
    with transaction.atomic():
        mine = Work.objects.filter(pk=work.pk, state=State.RUNNING, fence=work.fence)
        if not mine.update(state=state, error=error, ended_at=now, fence=None, lease_until=None):
            return State.CANCELLED
        notices.notify(Actor.job(now), [work.user], NOTICE, subject=work.pk, key=f"work:{work.pk}")
    return state
