"""What KOLs brought back by campaigns: figures and their value, month by month (DOMAIN 6.5, 6.7).

A result counts on its last day. In an invitation contest new users are those counted by code, on the day
on which they had been there long enough.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from incentives import rates
from incentives.models import Invitation, Participant, Result, UnitValue
from incentives.rules.campaign_value import Brought, Line, Unit, Worth, lines_of
from kol_crm.core import clock, installation, policy
from kol_crm.core.kept import one_of
from kol_crm.core.shapes import Number

REST_DAYS = policy.declare(
    "invitation_rest_days",
    7,
    _("An invited user counts after"),
    _("days"),
    section=policy.RHYTHM,
    shape=Number(0, 90),
    help=_("Days since they registered, in invitation contests."),
)


@dataclass(frozen=True)
class Span:
    """Both days belong to it. ``last`` is today at the latest: nothing counts before its day."""

    first: date
    last: date


@dataclass
class Returned:
    """By file and month (its first day) what was brought; ``lacking`` counted zero and is listed."""

    months: dict[tuple[UUID, date], Worth] = field(default_factory=dict)

    @property
    def lacking(self) -> list[Line]:
        return [line for worth in self.months.values() for line in worth.lacking]

    def of(self, kol: UUID) -> dict[date, Worth]:
        return {month: worth for (who, month), worth in sorted(self.months.items(), key=_month) if who == kol}

    def value_of(self, kol: UUID) -> Decimal:
        return sum((worth.value for worth in self.of(kol).values()), Decimal(0))


def _month(item: tuple[tuple[UUID, date], Worth]) -> date:
    return item[0][1]


def returned(
    kols: Collection[UUID] | QuerySet, span: Span | None = None, *, today: date | None = None
) -> Returned:
    """What these files and those merged into them brought back in ``span``, or up to ``today``."""
    span = span or Span(date.min, today or date.max)
    found = Returned()
    rows = Participant.objects.of_files(kols).order_by("pk")
    who = {
        pk: merged_into or kol for pk, kol, merged_into in rows.values_list("pk", "kol", "kol__merged_into")
    }
    for line in _lines(brought_by(who, span)):
        key = (who[line.brought.who], line.brought.day.replace(day=1))
        found.months.setdefault(key, Worth()).add(line)
    return found


def of_participants(ids: Collection[UUID], last: date) -> dict[UUID, Worth]:
    """What each of them brought up to that day."""
    found = {pk: Worth() for pk in ids}
    for line in _lines(brought_by(ids, Span(date.min, last))):
        found[line.brought.who].add(line)
    return found


def _lines(rows: Collection[Brought]) -> Iterator[Line]:
    units = unit_values()
    known = rates.load({row.currency for row in rows if row.currency} | {unit.currency for unit in units})
    for row in rows:
        yield from lines_of(row, units, known.convert)


def unit_values() -> list[Unit]:
    """All of them, in the order in which they were given."""
    rows = UnitValue.objects.order_by("since", "at", "id")
    return [Unit(row.metric, row.amount, row.currency, row.since) for row in rows]


def brought_by(participants: Collection[UUID] | Mapping[UUID, UUID], span: Span) -> list[Brought]:
    """Results that stand and invitations that count, with their participant as ``who``."""
    ids = list(participants)
    results = Result.objects.standing().filter(
        one_of(ids, "participant"), last_on__gte=span.first, last_on__lte=span.last
    )
    told = [
        Brought(
            row.participant_id,
            row.last_on,
            row.new_users,
            row.active_users,
            row.paid_amount,
            row.currency,
            source=row.pk,
        )
        for row in results.order_by("last_on", "at", "id")
    ]
    days: Counter[tuple[UUID, date]] = Counter()
    rest = rest_days()
    invited = Invitation.objects.filter(one_of(ids, "code__participant")).counted(ripe_before(span.last))
    by_day = invited.annotate(day=TruncDate("registered_at", tzinfo=ZoneInfo(installation.zone())))
    for who, day, count in by_day.order_by().values_list("code__participant", "day").annotate(Count("pk")):
        days[who, day + timedelta(days=rest)] += count
    told += [
        Brought(who, day, new_users=count)
        for (who, day), count in sorted(days.items(), key=lambda item: (item[0][1], item[0][0]))
        if span.first <= day <= span.last
    ]
    return told


def rest_days() -> int:
    return policy.current().get(REST_DAYS)


def ripe_before(day: date) -> datetime:
    """Who registered before this instant has been there long enough on that day."""
    if day == date.max:
        return datetime.max.replace(tzinfo=ZoneInfo("UTC"))
    return clock.local_to_utc(day + timedelta(days=1 - rest_days()), time(), installation.zone())


def tallies(campaign_id: UUID, day: date) -> dict[UUID, dict[str, int]]:
    """Counted, pending and left out by participant."""
    ripe = ripe_before(day)
    rows = Invitation.objects.filter(campaign=campaign_id).order_by().values("code__participant")
    told = rows.annotate(
        counted=Count("pk", filter=Q(left_out="", registered_at__lt=ripe)),
        pending=Count("pk", filter=Q(left_out="", registered_at__gte=ripe)),
        left_out=Count("pk", filter=~Q(left_out="")),
    )
    return {row.pop("code__participant"): row for row in told}
