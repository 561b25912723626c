"""The night of profiles: medians, levels, verdicts, next due as of the installation's day (DOMAIN 3.13)."""

from django.utils.timezone import localdate

from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally
from profiles.models import Kol
from profiles.services import next_due, standing

CHUNK = 500


def figures(actor: Actor) -> Tally:
    """Medians first, then every file's level, verdict and follower columns."""
    files = Kol.objects.filter(archived_at=None).count()
    changed = standing.refresh_all(localdate(actor.at), actor.at)
    return Tally(seen=files, done=changed, skipped=files - changed)


def due_dates(_actor: Actor) -> Tally:
    """Next due of every active file; in step with the rows, this changes nothing."""
    ids = list(Kol.objects.filter(archived_at=None).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        next_due.refresh(ids[start : start + CHUNK])
    return Tally(seen=len(ids), done=len(ids))
