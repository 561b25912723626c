"""Planning greetings: what becomes due is drafted once, whatever crashes (DOMAIN 7.1–7.3; RELIABILITY 1).

Each tick looks at occasions that came into reach since the stored horizon (``coming``), at files marked dirty
by a verb, and at days that have passed; a nightly pass over the whole window adds nothing (a test says so).
Who is looked at never decides what is written: that is ``drafting``, the same for all passes.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from incentives.models import Greeting
from incentives.models.greeting import ONCE
from incentives.rules.milestone import crossed
from incentives.services import coming, greeting
from incentives.services.coming import AHEAD, ZONES, Coming, Span
from incentives.services.drafting import BATCH, Drafting, too_late
from kol_crm.core import dirty, installation, policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day
from kol_crm.core.dispatcher import DATABASE_AWAY
from kol_crm.core.models import Dirty, Horizon
from kol_crm.core.outbox import TOO_LATE, Tally
from profiles.models import ImportantDate, Kol, LifeEvent, Note
from profiles.services import next_due, note, yearly
from profiles.services.account_followers import Grown

log = logging.getLogger(__name__)
NAME = "greetings"
YEAR = timedelta(days=400)  # a lunar year and what a corrected day may lie apart
DIRTY_AT_ONCE = 5000
State = Greeting.State


def mark(_actor: Actor, kol_ids: Iterable[UUID]) -> None:
    """These files' birthdays, zones, owners, stages or marks changed: the next tick plans them again."""
    _mark(kol_ids)


def _mark(kol_ids: Iterable[UUID]) -> None:
    dirty.mark(NAME, kol_ids)


def wake(actor: Actor, kols: Iterable[Kol]) -> None:
    """These files are new, or woke: from now on they are greeted (DOMAIN 3.14)."""
    mark(actor, [kol.pk for kol in kols])


def plan(actor: Actor) -> Tally:
    """One tick: new in reach, dirty, and passed; the horizon advances in the same transaction."""
    day = local_day(actor.at, installation.zone())
    tally = Tally()
    with transaction.atomic():
        horizon = Horizon.objects.select_for_update().filter(name=NAME).first()
        since = local_day(horizon.until, installation.zone()) if horizon else None
        reach = Span((since or day) - ZONES, day + AHEAD + ZONES)
        came = Span(since + AHEAD - ZONES, reach.last) if since else reach
        entered = coming.entering(came, yearly.rules(), full=False)
        passed = Kol.objects.filter(next_birthday__lt=day + ZONES).values_list("pk", flat=True)
        _plan_all(actor, entered.union(passed), reach, tally)
        waiting = dict(Dirty.objects.filter(planner=NAME).values_list("pk", "subject")[:DIRTY_AT_ONCE])
        _plan_all(actor, waiting.values(), reach, tally)
        Dirty.objects.filter(pk__in=waiting).delete()
        tally.done += _expire(actor)
        Horizon.objects.update_or_create(name=NAME, defaults={"until": actor.at})
    return tally


def plan_window(actor: Actor) -> Tally:
    """Nightly: everything from the oldest open day to the end of the window."""
    day = local_day(actor.at, installation.zone())
    tally = Tally()
    with transaction.atomic():
        reach = Span(day - ZONES, day + AHEAD + ZONES)
        passed = Kol.objects.filter(next_birthday__lt=reach.first).values_list("pk", flat=True)
        files = coming.entering(reach, yearly.rules(), full=True).union(passed)
        _plan_all(actor, files, reach, tally)
    return tally


def noted(kind: type[Note], kol_ids: Collection[UUID]) -> None:
    """Dates or events of these files were written: the next tick plans them again."""
    if kind in (ImportantDate, LifeEvent):
        _mark(kol_ids)


def grown(accounts: Sequence[Grown]) -> None:
    """Own accounts that grew: those that crossed a milestone are looked at by the next tick."""
    _mark({one.kol_id for one in accounts if crossed(one.before, one.after)})


def _plan_all(actor: Actor, kol_ids: Iterable[UUID], reach: Span, tally: Tally) -> None:
    rules, ids = policy.current(), sorted(kol_ids)
    for start in range(0, len(ids), BATCH):
        _plan(actor, ids[start : start + BATCH], reach, rules, tally)


def _plan(actor: Actor, ids: list[UUID], reach: Span, rules: policy.Policy, tally: Tally) -> None:
    """Bring the greetings of these files to what they should be."""
    standing: dict[UUID, dict[tuple, Greeting]] = defaultdict(dict)
    lately = Q(year=ONCE) | Q(on__gte=reach.first - YEAR) | Q(state=State.DRAFT)
    for row in Greeting.objects.filter(lately, kol__in=ids):
        standing[row.kol_id][row.key] = row
    kols = Kol.objects.select_related("owner").in_bulk(ids)
    drafting, found = Drafting(actor, rules), _coming(kols, reach, tally)
    for pk, occasions in found.items():
        kol = kols[pk]
        tally.seen += 1
        try:
            drafting.look_at(kol, standing.get(pk, {}), occasions)
        except Exception as error:
            log.exception("greetings of %s could not be planned", kol.pk)
            tally.failure(f"kol {kol.pk}", error)
    tally.done += drafting.write()


def _coming(kols: dict[UUID, Kol], reach: Span, tally: Tally) -> dict[UUID, list[Coming]]:
    """What comes round for these files; where one of them cannot be told, each is asked alone."""
    rules = yearly.rules()
    try:
        return coming.of(kols, reach, rules)
    except DATABASE_AWAY:
        raise
    except Exception:
        log.exception("occasions of %d files could not be told together", len(kols))
    found: dict[UUID, list[Coming]] = {}
    for pk, kol in kols.items():
        try:
            found |= coming.of({pk: kol}, reach, rules)
        except Exception as error:
            log.exception("occasions of %s could not be told", pk)
            tally.failure(f"kol {pk}", error)
    return found


def _expire(actor: Actor) -> int:
    """Drafts that nobody sent within 24 hours of their time: skipped, and said so (DOMAIN 7.3)."""
    rules = policy.current()
    passed = Greeting.objects.filter(state=State.DRAFT, on__lt=local_day(actor.at, installation.zone()))
    late = [
        row
        for row in passed.select_related("kol")
        if too_late(row.kol, row.occasion, row.on, actor.at, rules)
    ]
    drafts = Greeting.objects.filter(pk__in=[row.pk for row in late], state=State.DRAFT)
    expired = drafts.update(state=State.SKIPPED, outcome=TOO_LATE, done_at=actor.at)
    next_due.refresh({row.kol_id for row in late})
    return expired


def due_dates(files: QuerySet) -> QuerySet:
    """What incentives hands in for next due: the day of an open greeting (DOMAIN 3.13)."""
    return note.dates(Greeting.objects.filter(state__in=greeting.OPEN), "on", files)
