"""How long an archived file may be brought back, and by whom (DOMAIN 1.7).

Never lost (1.1): when the days of the trash are over, nothing is deleted. The file leaves the trash of its
owner and of the managers; an admin still finds it there, and what hung on it comes back with it.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.outbox import Tally
from kol_crm.core.shapes import Number
from profiles.models import Kol
from profiles.models.querysets import RESTORE
from profiles.services import kol as files

DAYS = policy.declare(
    "trash_days",
    30,
    gettext_lazy("How long an archived file may be restored"),
    gettext_lazy("days"),
    section=policy.SAFETY,
    shape=Number(1, 3650),
)


def days_left(archived_at: datetime, now: datetime, rules: policy.Policy) -> int:
    """Whole days for which its owner or a manager may still restore it; 0 on the last one and after it."""
    until = archived_at + timedelta(days=rules.get(DAYS))
    return max(0, (until - now).days)


def restore_many(actor: Actor, kol_ids: Collection[UUID]) -> int:
    """Restore every file among these that the actor may restore; how many it were."""
    with transaction.atomic():
        found = list(Kol.objects.visible_to(actor.user, RESTORE).filter(pk__in=kol_ids).order_by("pk"))
        for kol in found:
            files.restore(actor, kol)
    return len(found)


def close(actor: Actor) -> Tally:
    """Nightly: what has lain in the trash for its days is out of reach but for admins."""
    edge = actor.at - timedelta(days=policy.current().get(DAYS))
    tally = Tally()
    lying = Kol.objects.filter(archived_at__lte=edge, trash_over=False, merged_into=None)
    for kol in lying.order_by("archived_at", "pk"):
        tally.seen += 1
        with tally.sparing(f"kol {kol.pk}"):
            history.save(actor.again(), kol, {"trash_over": True}, None)
            tally.done += 1
    return tally
