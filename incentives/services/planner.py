"""Planning greetings: what becomes due is drafted once, whatever crashes (DOMAIN 7.1–7.3; RELIABILITY 1).

Each tick looks at birthdays that came into reach since the stored horizon, at files marked dirty by a verb,
and at days that have passed; a nightly pass over the whole window adds nothing (a test says so). Who is
looked at never decides what is written: that is ``_plan``, the same for all passes.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from incentives.models import Greeting
from incentives.services import greetable, greeting, occasion
from kol_crm.core import outbox, policy
from kol_crm.core.actor import Actor
from kol_crm.core.clock import local_day, local_to_utc
from kol_crm.core.models import Dirty, Horizon, Send
from kol_crm.core.occurrence import natural_year
from kol_crm.core.outbox import Tally
from profiles.models import Kol
from profiles.services import birthday
from profiles.services import kol as files

NAME = "greetings"
BIRTHDAY = Greeting.Occasion.BIRTHDAY.value
ZONES = timedelta(days=1)  # a local day differs from the installation's by at most one
DRAFT = timedelta(days=occasion.DRAFT_DAYS)
LATE = timedelta(hours=occasion.LATE_HOURS)
BATCH = 500
State = Greeting.State


def mark(_actor: Actor, kol_ids: Iterable) -> None:
    """These files' birthdays, zones, owners, stages or marks changed: the next tick plans them again."""
    Dirty.objects.bulk_create([Dirty(planner=NAME, subject=pk) for pk in kol_ids], ignore_conflicts=True)


def plan(actor: Actor) -> Tally:
    """One tick: new in reach, dirty, and passed; the horizon advances in the same transaction."""
    day = local_day(actor.at, settings.TIME_ZONE)
    tally = Tally()
    with transaction.atomic():
        horizon = Horizon.objects.select_for_update().filter(name=NAME).first()
        since = local_day(horizon.until, settings.TIME_ZONE) if horizon else date.min + 2 * ZONES
        entered = Q(next_birthday__gte=since + DRAFT - ZONES, next_birthday__lte=day + DRAFT + ZONES)
        passed = Q(next_birthday__lt=day + ZONES)
        _plan_all(actor, Kol.objects.filter(entered | passed), tally)
        dirty = list(Dirty.objects.filter(planner=NAME)[: BATCH * 10])
        _plan_all(actor, Kol.objects.filter(pk__in=[row.subject for row in dirty]), tally)
        Dirty.objects.filter(pk__in=[row.pk for row in dirty]).delete()
        tally.done += _expire(actor)
        Horizon.objects.update_or_create(name=NAME, defaults={"until": actor.at})
    return tally


def plan_window(actor: Actor) -> Tally:
    """Nightly: everything from the oldest open day to the end of the window."""
    day = local_day(actor.at, settings.TIME_ZONE)
    tally = Tally()
    with transaction.atomic():
        _plan_all(actor, Kol.objects.filter(next_birthday__lte=day + DRAFT + ZONES), tally)
    return tally


def _plan_all(actor: Actor, kols, tally: Tally) -> None:
    rules = policy.current()
    batch: list[Kol] = []
    for kol in kols.select_related("owner").order_by("pk").iterator(chunk_size=BATCH):
        batch.append(kol)
        if len(batch) == BATCH:
            _plan(actor, batch, rules, tally)
            batch = []
    if batch:
        _plan(actor, batch, rules, tally)


def _plan(actor: Actor, kols: list[Kol], rules: policy.Policy, tally: Tally) -> None:
    """Bring the greetings of these files to what they should be."""
    standing: dict = {}
    for row in Greeting.objects.filter(kol__in=kols, occasion=BIRTHDAY).exclude(
        state__in=(State.SENT, State.BY_HAND),
        on__lt=local_day(actor.at, settings.TIME_ZONE) - timedelta(days=400),
    ):
        standing.setdefault(row.kol_id, {})[row.year] = row
    for kol in kols:
        tally.seen += 1
        tally.done += _plan_one(actor, kol, standing.get(kol.pk, {}), rules)
        _roll(kol, actor.at)


def _plan_one(actor: Actor, kol: Kol, standing: dict[int, Greeting], rules: policy.Policy) -> int:
    """How many rows were added or changed for this file."""
    today = local_day(actor.at, birthday.zone_of(kol))
    on = _in_reach(kol, today)
    year = natural_year(birthday.partial_day(kol), on) if on else None
    changed = 0
    for former in standing.values():
        if former.state == State.DRAFT and former.on >= today and (former.year, former.on) != (year, on):
            changed += _moved(former, year, on, kol, rules)
    if on is None or year is None:
        return changed
    row = standing.get(year)
    reason = greetable.why_not(kol, on)
    if row is None:
        return changed + (0 if reason else _draft(actor, kol, on, year, rules))
    if reason and row.state == State.DRAFT:
        return changed + _withdraw(row, reason)
    if (
        not reason
        and row.state == State.SKIPPED
        and row.done_by_id is None
        and not _too_late(kol, on, actor.at, rules)
    ):
        Greeting.objects.filter(pk=row.pk).update(state=State.DRAFT, outcome="", done_at=None, on=on)
        row.state, row.on = State.DRAFT, on
        _schedule(actor, row, kol, rules)
        return changed + 1
    if row.state == State.DRAFT and row.send_id is None and not row.edited:
        return changed + _schedule(actor, row, kol, rules)
    return changed


def _in_reach(kol: Kol, today: date) -> date | None:
    """The day to greet: from three days before it, and after it as long as the file was not rolled on."""
    on = kol.next_birthday
    return on if on is not None and on - DRAFT <= today else None


def _send_at(kol: Kol, on: date, rules: policy.Policy) -> datetime:
    return local_to_utc(on, occasion.hour(BIRTHDAY, rules), birthday.zone_of(kol))


def _too_late(kol: Kol, on: date, now: datetime, rules: policy.Policy) -> bool:
    return now > _send_at(kol, on, rules) + LATE


def _draft(actor: Actor, kol: Kol, on: date, year: int, rules: policy.Policy) -> int:
    """A new row: a draft, or where the day was missed for too long a row that says so, never a hole."""
    late = _too_late(kol, on, actor.at, rules)
    row = Greeting(
        kol=kol,
        occasion=BIRTHDAY,
        year=year,
        on=on,
        state=State.SKIPPED if late else State.DRAFT,
        outcome=str(_("too late")) if late else "",
        done_at=actor.at if late else None,
        **greeting.draft_for(kol, BIRTHDAY, rules),
    )
    Greeting.objects.bulk_create([row], ignore_conflicts=True)
    row = Greeting.objects.get(kol=kol, occasion=BIRTHDAY, year=year)
    if not late:
        _schedule(actor, row, kol, rules)
    return 1


def _schedule(actor: Actor, row: Greeting, kol: Kol, rules: policy.Policy) -> int:
    """Where the occasion is sent by itself: its row in the outbox, at HH:MM of the KOL's day."""
    if not occasion.by_itself(BIRTHDAY, rules) or kol.stage not in greetable.BY_ITSELF_STAGES:
        return 0
    at = _send_at(kol, row.on, rules)
    send = outbox.enqueue(
        greeting.key_of(row),
        greeting.KIND,
        subject=kol.pk,
        not_before=at,
        give_up_after=at + LATE,
        at=actor.at,
    )
    Send.objects.filter(pk=send.pk, state__in=(Send.State.PENDING, Send.State.SKIPPED)).update(
        state=Send.State.PENDING, not_before=at, give_up_after=at + LATE, outcome=""
    )
    Greeting.objects.filter(pk=row.pk).update(send=send)
    return 1


def _moved(row: Greeting, year: int | None, on: date | None, kol: Kol, rules: policy.Policy) -> int:
    """The birthday was corrected: within the year the draft follows, else it is taken off."""
    if row.year != year or on is None:
        return _withdraw(row, _("the birthday was corrected"))
    at = _send_at(kol, on, rules)
    Greeting.objects.filter(pk=row.pk).update(on=on)
    if row.send_id:
        waiting = Send.objects.filter(pk=row.send_id, state=Send.State.PENDING)
        waiting.update(not_before=at, give_up_after=at + LATE)
    row.on = on
    return 1


def _withdraw(row: Greeting, reason: str) -> int:
    outbox.withdraw(row.send_id, str(reason))
    row.state = State.SKIPPED
    return Greeting.objects.filter(pk=row.pk, state=State.DRAFT).update(
        state=State.SKIPPED, outcome=str(reason)[:200]
    )


def _expire(actor: Actor) -> int:
    """Drafts that nobody sent within 24 hours of their time: skipped, and said so (DOMAIN 7.3)."""
    rules = policy.current()
    passed = Greeting.objects.filter(state=State.DRAFT, on__lt=local_day(actor.at, settings.TIME_ZONE))
    late = [row.pk for row in passed.select_related("kol") if _too_late(row.kol, row.on, actor.at, rules)]
    return Greeting.objects.filter(pk__in=late, state=State.DRAFT).update(
        state=State.SKIPPED, outcome=str(_("too late")), done_at=actor.at
    )


def _roll(kol: Kol, now: datetime) -> None:
    """Once the day has passed where the KOL is, the next one is what the file waits for."""
    today = local_day(now, birthday.zone_of(kol))
    if kol.next_birthday is not None and kol.next_birthday < today:
        files.set_figures(kol.pk, next_birthday=birthday.next_birthday(kol, today))


def due_dates(kol_ids) -> dict:
    """What incentives hands in for next due: the day of an open greeting (DOMAIN 3.13)."""
    rows = Greeting.objects.filter(
        kol__in=Kol.objects.active().filter(pk__in=kol_ids), state__in=greeting.OPEN
    )
    return dict(rows.order_by("-on").values_list("kol_id", "on"))
