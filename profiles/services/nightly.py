"""The night of profiles: medians, levels, verdicts, next due as of the installation's day (DOMAIN 3.13)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from kol_crm.core import installation, sparing
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally
from profiles import counting
from profiles.models import Kol, SyncKind, SyncLeft, SyncState
from profiles.services import date, next_due, standing, yearly_again
from profiles.sync_cursor import KEPT

CHUNK = 500


def figures(actor: Actor) -> Tally:
    """Medians first, then every file's level, verdict and follower columns."""
    files = Kol.objects.filter(archived_at=None).count()
    tally = Tally(seen=files)
    tally.done = standing.refresh_all(installation.day(actor.at), actor.at, tally)
    tally.skipped = files - tally.done
    return tally


def dates(actor: Actor) -> Tally:
    """Important dates that have passed where their KOL is: their next day; days that fall otherwise now."""
    day = installation.day(actor.at)
    tally = Tally()
    tally.done = date.roll(actor.at, day + timedelta(days=1), tally) + yearly_again.again(actor, tally)
    tally.seen = tally.done + tally.failed
    return tally


def due_dates(_actor: Actor) -> Tally:
    """Next due of every active file; in step with the rows, this changes nothing."""
    ids = list(Kol.objects.filter(archived_at=None).order_by("pk").values_list("pk", flat=True))
    tally = Tally(seen=len(ids))
    tally.done = sparing.in_chunks(tally, "file", ids, CHUNK, _due_again)
    return tally


def _due_again(kol_ids: Sequence[UUID]) -> int:
    next_due.refresh(kol_ids)
    return len(kol_ids)


def file_counts(_actor: Actor) -> Tally:
    """The day's counters into one row each; their sums stay what they are."""
    folded = counting.fold()
    return Tally(seen=folded, done=folded)


def sync(actor: Actor) -> Tally:
    """Tombstones that no cursor reaches back to any more; of files that are still there nothing goes."""
    over = actor.at - KEPT - timedelta(days=1)
    left, _of_each = SyncLeft.objects.filter(changed_at__lt=over).delete()
    there = Exists(Kol._base_manager.filter(pk=OuterRef("kol")))
    gone = SyncState.objects.filter(~there, changed_at__lt=over).exclude(kind=SyncKind.LIVE)
    done = left + gone.delete()[0]
    return Tally(seen=done, done=done)
