"""Planning greetings: what becomes due is drafted once, whatever crashes (DOMAIN 7.1–7.3; RELIABILITY 1).

Each tick looks at birthdays that came into reach since the stored horizon, at files marked dirty by a verb,
and at days that have passed; a nightly pass over the whole window adds nothing (a test says so). Who is
looked at never decides what is written: that is ``drafting``, the same for all passes.
"""

import logging
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from incentives.models import Greeting
from incentives.services import greeting
from incentives.services.drafting import AHEAD, BATCH, BIRTHDAY, Drafting, too_late
from kol_crm.core import copying, installation, policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.making import make
from kol_crm.core.models import Dirty, Horizon
from kol_crm.core.outbox import TOO_LATE, Tally
from profiles.models import Kol
from profiles.services import next_due, note

log = logging.getLogger(__name__)
NAME = "greetings"
ZONES = timedelta(days=1)  # a local day differs from the installation's by at most one
DIRTY_AT_ONCE = 5000
FEW = 20
State = Greeting.State


def mark(_actor: Actor, kol_ids: Iterable[UUID]) -> None:
    """These files' birthdays, zones, owners, stages or marks changed: the next tick plans them again."""
    marks = [make(Dirty, planner=NAME, subject=pk) for pk in kol_ids]
    if len(marks) > FEW:
        copying.insert(marks, ignore_conflicts=True)
    else:  # one statement: no table aside for a handful
        Dirty.objects.bulk_create(marks, ignore_conflicts=True)


def wake(actor: Actor, kols: Iterable[Kol]) -> None:
    """These files woke: from now on they are greeted (DOMAIN 3.14)."""
    mark(actor, [kol.pk for kol in kols])


def plan(actor: Actor) -> Tally:
    """One tick: new in reach, dirty, and passed; the horizon advances in the same transaction."""
    day = local_day(actor.at, installation.zone())
    tally = Tally()
    with transaction.atomic():
        horizon = Horizon.objects.select_for_update().filter(name=NAME).first()
        since = local_day(horizon.until, installation.zone()) if horizon else date.min + 2 * ZONES
        entered = Q(next_birthday__gte=since + AHEAD - ZONES, next_birthday__lte=day + AHEAD + ZONES)
        passed = Q(next_birthday__lt=day + ZONES)
        _plan_all(actor, Kol.objects.filter(entered | passed), tally)
        dirty = dict(Dirty.objects.filter(planner=NAME).values_list("pk", "subject")[:DIRTY_AT_ONCE])
        _plan_all(actor, Kol.objects.filter(pk__in=dirty.values()), tally)
        Dirty.objects.filter(pk__in=dirty).delete()
        tally.done += _expire(actor)
        Horizon.objects.update_or_create(name=NAME, defaults={"until": actor.at})
    return tally


def plan_window(actor: Actor) -> Tally:
    """Nightly: everything from the oldest open day to the end of the window."""
    day = local_day(actor.at, installation.zone())
    tally = Tally()
    with transaction.atomic():
        _plan_all(actor, Kol.objects.filter(next_birthday__lte=day + AHEAD + ZONES), tally)
    return tally


def _plan_all(actor: Actor, kols: QuerySet[Kol], tally: Tally) -> None:
    rules = policy.current()
    ids = list(kols.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        _plan(actor, ids[start : start + BATCH], rules, tally)


def _plan(actor: Actor, ids: list[UUID], rules: policy.Policy, tally: Tally) -> None:
    """Bring the greetings of these files to what they should be."""
    standing: dict[UUID, dict[int, Greeting]] = {}
    for row in Greeting.objects.filter(kol__in=ids, occasion=BIRTHDAY):
        standing.setdefault(row.kol_id, {})[row.year] = row
    drafting = Drafting(actor, rules)
    for kol in Kol.objects.filter(pk__in=ids).select_related("owner"):
        tally.seen += 1
        try:
            drafting.look_at(kol, standing.get(kol.pk, {}))
        except Exception as error:
            log.exception("greetings of %s could not be planned", kol.pk)
            tally.failure(f"kol {kol.pk}", error)
    tally.done += drafting.write()


def _expire(actor: Actor) -> int:
    """Drafts that nobody sent within 24 hours of their time: skipped, and said so (DOMAIN 7.3)."""
    rules = policy.current()
    passed = Greeting.objects.filter(state=State.DRAFT, on__lt=local_day(actor.at, installation.zone()))
    late = [row for row in passed.select_related("kol") if too_late(row.kol, row.on, actor.at, rules)]
    drafts = Greeting.objects.filter(pk__in=[row.pk for row in late], state=State.DRAFT)
    expired = drafts.update(state=State.SKIPPED, outcome=TOO_LATE, done_at=actor.at)
    next_due.refresh({row.kol_id for row in late})
    return expired


def due_dates(files: QuerySet) -> QuerySet:
    """What incentives hands in for next due: the day of an open greeting (DOMAIN 3.13)."""
    return note.dates(Greeting.objects.filter(state__in=greeting.OPEN), "on", files)
