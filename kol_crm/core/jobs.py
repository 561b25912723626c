"""Jobs: what a tick and a night do, written down run by run (HOUSE, "A job")."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from typing import Any

from django.utils import timezone

from kol_crm.core import clock, dispatcher, installation
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Horizon, JobRun
from kol_crm.core.outbox import Tally

log = logging.getLogger(__name__)
KEEP_RUNS = timedelta(days=30)
TICK, NIGHT, WEB = "tick", "night", "web"
NIGHT_AT = time_of_day(0, 20)
# While a thread of this process hands mail over, another does not plan again what was planned just now: beats
# that ask twice, or too often, would take the processor from what goes out.
PLANNED_LATELY = 20.0
_planned: dict[str, float] = {}
BEFORE_ALL_NIGHTS = datetime.min.replace(year=2000, tzinfo=UTC)

planners: ExtensionPoint[Callable[[Actor], Tally]] = ExtensionPoint("planners")
nightly_jobs: ExtensionPoint[Callable[[Actor], Tally]] = ExtensionPoint("nightly jobs")
# What each job does, for people; under the job's name.
words: ExtensionPoint[Any] = ExtensionPoint("words for jobs")


@contextmanager
def run(job: str, now: datetime, row: JobRun | None = None) -> Iterator[Tally]:
    """One row that says what the run saw and did, also when it dies half-way; ``row``: the one asked for."""
    row = row or JobRun.objects.create(job=job, started_at=now)
    tally = Tally()
    try:
        yield tally
    except Exception as error:
        tally.failure(job, error)
        raise
    finally:
        JobRun.objects.filter(pk=row.pk).update(
            ended_at=timezone.now(),
            seen=tally.seen,
            done=tally.done,
            skipped=tally.skipped,
            failed=tally.failed,
            error="\n".join(tally.errors)[:2000],
        )


def tick(actor: Actor, row: JobRun | None = None) -> Tally:
    """Take back what died, plan what has become due, send what is ready. Repeating it is harmless."""
    with run(TICK, actor.at, row) as tally:
        dispatcher.recover(dispatcher.database_clock())
        if not (dispatcher.is_at_it() and time.monotonic() - _planned.get("at", 0.0) < PLANNED_LATELY):
            _planned["at"] = time.monotonic()
            for name, plan in planners.items():
                tally.add(_guarded(name, plan, actor))
        tally.add(dispatcher.dispatch())
    return tally


def web(actor: Actor) -> Tally:
    """Send what goes by HTTP; a run is written down where there is something to send."""
    if not dispatcher.is_due(dispatcher.database_clock(), dispatcher.WEB):
        return Tally()
    with run(WEB, actor.at) as tally:
        tally.add(dispatcher.dispatch(lane=dispatcher.WEB))
    return tally


def night(actor: Actor) -> bool:
    """The night's jobs, if those of this day have not run: once a day of the installation, from 00:20 there
    on (DOMAIN 1.8). A night that was slept through is made up for by day; another zone counts at once.
    """
    begins = night_begins(actor.at, installation.zone())
    if actor.at < begins:
        return False
    Horizon.objects.get_or_create(name=NIGHT, defaults={"until": BEFORE_ALL_NIGHTS})
    # Of several workers asked at once the one whose update meets the row takes the night.
    if not Horizon.objects.filter(name=NIGHT, until__lt=begins).update(until=begins):
        return False
    nightly(actor)
    return True


def night_begins(now: datetime, zone: str) -> datetime:
    """When the night's jobs of the day that it is there may begin."""
    return clock.local_to_utc(clock.local_day(now, zone), NIGHT_AT, zone)


def nightly(actor: Actor) -> None:
    """Each job with a row of its own; one that fails leaves the others to run."""
    for name, job in nightly_jobs.items():
        one(name, job, actor)
    JobRun.objects.filter(started_at__lt=actor.at - KEEP_RUNS).delete()


def one(name: str, job: Callable[[Actor], Tally], actor: Actor, row: JobRun | None = None) -> Tally:
    """A nightly job by itself. Repeating it is harmless."""
    with run(name, actor.at, row) as tally:
        tally.add(_guarded(name, job, actor.again()))
    return tally


def run_asked(actor: Actor) -> int:
    """The jobs that somebody asked for, each by the one worker whose update meets the row; how many."""
    taken = 0
    for row in JobRun.objects.filter(started_at=None).order_by("asked_at"):
        if not JobRun.objects.filter(pk=row.pk, started_at=None).update(started_at=actor.at):
            continue
        taken += 1
        job = nightly_jobs.get(row.job)
        if row.job == TICK:
            tick(actor.again(), row)
        elif job is not None:
            one(row.job, job, actor, row)
    return taken


def _guarded(name: str, job: Callable[[Actor], Tally], actor: Actor) -> Tally:
    try:
        return job(actor)
    except Exception as error:
        log.exception("job %s failed", name)
        tally = Tally()
        tally.failure(name, error)
        return tally
