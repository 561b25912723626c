"""Jobs: what a tick and a night do, written down run by run (HOUSE, "A job")."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from kol_crm.core import outbox
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import JobRun
from kol_crm.core.outbox import Tally

log = logging.getLogger(__name__)
T = TypeVar("T")
KEEP_RUNS = timedelta(days=30)

planners: ExtensionPoint[Callable[[Actor], Tally]] = ExtensionPoint("planners")
nightly_jobs: ExtensionPoint[Callable[[Actor], Tally]] = ExtensionPoint("nightly jobs")


@contextmanager
def run(job: str, now: datetime) -> Iterator[Tally]:
    """One row that says what the run saw and did, also when it dies half-way."""
    row = JobRun.objects.create(job=job, started_at=now)
    tally, error = Tally(), ""
    try:
        yield tally
    except Exception as failure:
        error = f"{type(failure).__name__}: {failure}"
        tally.failed += 1
        raise
    finally:
        JobRun.objects.filter(pk=row.pk).update(
            ended_at=timezone.now(),
            seen=tally.seen,
            done=tally.done,
            skipped=tally.skipped,
            failed=tally.failed,
            error=error[:2000],
        )


def each(rows: Iterable[T], act: Callable[[T], bool], tally: Tally) -> Tally:
    """Every row in a transaction of its own: one that fails is logged, counted, and stops no other."""
    for row in rows:
        tally.seen += 1
        try:
            with transaction.atomic():
                done = act(row)
        except Exception:
            log.exception("a row failed")
            tally.failed += 1
        else:
            tally.done += done
            tally.skipped += not done
    return tally


def tick(actor: Actor) -> Tally:
    """Take back what died, plan what has become due, send what is ready. Repeating it is harmless."""
    with run("tick", actor.at) as tally:
        outbox.recover(outbox.database_clock())
        for name, plan in planners.items():
            _add(tally, _guarded(name, plan, actor))
        _add(tally, outbox.dispatch())
    return tally


def nightly(actor: Actor) -> None:
    """Each job with a row of its own; one that fails leaves the others to run."""
    for name, job in nightly_jobs.items():
        with run(name, actor.at) as tally:
            _add(tally, _guarded(name, job, actor.again()))
    JobRun.objects.filter(started_at__lt=actor.at - KEEP_RUNS).delete()


def _guarded(name: str, job: Callable[[Actor], Tally], actor: Actor) -> Tally:
    try:
        return job(actor)
    except Exception:
        log.exception("job %s failed", name)
        return Tally(failed=1)


def _add(total: Tally, part: Tally) -> None:
    for name in ("seen", "done", "skipped", "failed"):
        setattr(total, name, getattr(total, name) + getattr(part, name))
