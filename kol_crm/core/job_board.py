"""What the jobs do, for who keeps it all running: last and next runs, the outbox (RELIABILITY 1)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from kol_crm.core import holding_back, installation, jobs
from kol_crm.core.models import Horizon, JobRun, Send, User

BEAT = timedelta(seconds=30)
LATE = timedelta(minutes=3)  # of a tick; readiness says no then
LOOKED_BACK = timedelta(days=7)
SHOWN = 50
STATES = (Send.State.PENDING, Send.State.CLAIMED, Send.State.SENDING, Send.State.FAILED, Send.State.UNCERTAIN)


@dataclass(frozen=True)
class Job:
    """A job: its latest run (None: never), the latest failure of a week, who asked for a run that waits."""

    name: str
    label: Any
    last: JobRun | None
    next_at: datetime
    failure: JobRun | None
    asked_by: User | None

    @property
    def seconds(self) -> float | None:
        """How long the last run took; None while it runs, or where it died."""
        if self.last is None or self.last.started_at is None or self.last.ended_at is None:
            return None
        return (self.last.ended_at - self.last.started_at).total_seconds()


@dataclass(frozen=True)
class Outbox:
    """Rows per state that is not an end, since when the oldest due one waits, and what needs somebody.

    What a restore holds is told in ``hold``, not row by row.
    """

    counts: dict[str, int]
    oldest_due: datetime | None
    troubled: list[Send]
    hold: holding_back.Hold


def board(now: datetime) -> list[Job]:
    """The tick, then the night's jobs by name; six queries."""
    nightly = sorted(name for name, _job in jobs.nightly_jobs.items())
    runs = JobRun.objects.exclude(started_at=None).order_by("started_at")
    asked = {
        run.job: run.asked_by for run in JobRun.objects.filter(started_at=None).select_related("asked_by")
    }
    lasts = {run.job: run for run in runs.filter(job__in=nightly)}
    if tick := runs.filter(job=jobs.TICK).last():
        lasts[jobs.TICK] = tick
    failures = {run.job: run for run in runs.filter(failed__gt=0, started_at__gt=now - LOOKED_BACK)}
    night = next_night(now)
    return [
        Job(
            name,
            jobs.words.get(name) or name,
            lasts.get(name),
            _next_tick(tick, now) if name == jobs.TICK else night,
            failures.get(name),
            asked.get(name),
        )
        for name in (jobs.TICK, *nightly)
    ]


def next_night(now: datetime) -> datetime:
    """When the night's jobs run next: at once where today's have not run."""
    begins = jobs.night_begins(now, installation.zone())
    if now < begins:
        return begins
    has_run = Horizon.objects.filter(name=jobs.NIGHT, until__gte=begins).exists()
    return jobs.night_begins(now + timedelta(days=1), installation.zone()) if has_run else now


def outbox(now: datetime) -> Outbox:
    """Five queries; what is sent has no part in them, however much it is."""
    counts: Counter[str] = Counter(dict(_counted()))
    hold = holding_back.hold()
    troubled = Send.objects.filter(
        Q(state=Send.State.FAILED) | Q(state=Send.State.UNCERTAIN, held_by__isnull=True)
    )
    return Outbox(
        {state.value: counts[state] for state in STATES},
        None if hold.is_everything else oldest_late(now),
        list(troubled.select_related("recipient").order_by("-created_at", "-pk")[:SHOWN]),
        hold,
    )


def oldest_late(now: datetime) -> datetime | None:
    """Since when the oldest due row waits, if longer than it may."""
    due = Send.objects.filter(state=Send.State.PENDING, not_before__lte=now - LATE)
    return due.aggregate(oldest=Min("not_before"))["oldest"]


def _counted() -> Iterator[tuple[str, int]]:
    rows = Send.objects.filter(state__in=STATES).order_by().values("state").annotate(n=Count("pk"))
    yield from rows.values_list("state", "n")


def _next_tick(last: JobRun | None, now: datetime) -> datetime:
    return max(now, last.started_at + BEAT) if last and last.started_at else now
