"""Reading the pace of fields: what was entered, who is active, who is expected to leave (DOMAIN 4.1)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import policy, wording
from kol_crm.core.score import Text
from kol_crm.core.shapes import Number
from lifecycle import losses
from lifecycle.losses import ACTIVE
from lifecycle.models import Band, Candidate, Cap, Demand, Stay, Step
from lifecycle.rules import pace as rules
from lifecycle.rules.pace import Pace, PaceFigures
from profiles.models import Field, Kol, Platform, Snapshot, Stage
from profiles.rules import metric as m
from profiles.services import figure_policy

INTRODUCTION = policy.Section("introduction", gettext_lazy("Introduction"), 30)
ACTIVE_DAYS = policy.declare(
    "pace_active_days",
    30,
    gettext_lazy("A KOL is active who posted within"),
    gettext_lazy("days"),
    section=INTRODUCTION,
    shape=Number(7, 366),
)
SIGNS_OF_LIFE = (m.POSTS, m.ACTIVE_DAYS, m.ANSWERS)
A_MONTH = timedelta(days=31)
MONTHS_SHOWN = 12


@dataclass(frozen=True)
class FieldPace:
    """The pace of one field on a day, with the rows that its figures come from."""

    field: Field
    day: date
    pace: Pace
    figures: PaceFigures
    demand: Demand | None = None
    band: Band | None = None
    cap: Cap | None = None
    losses_note: Text = ""

    def part(self, key: str) -> Any:
        """The value of one part of the arithmetic; None where it is unknown."""
        return next((part.value for part in self.pace.intake.parts if part.key == key), None)

    @property
    def middle(self) -> Any:
        return self.part(rules.MIDDLE)

    @property
    def suggested(self) -> Any:
        return self.part(rules.SUGGESTED)

    @property
    def sentence(self) -> str:
        """48,600 ÷ 1,500 = 32.4; minus 24 = 8.4; plus 1.2 = 9.6; cap 8 a month."""
        if self.suggested is None or self.figures.losses is None:
            names = [str(rules.LABELS[key]) for key in self.pace.intake.missing]
            return _("Unknown. Still missing: %(missing)s.") % {"missing": wording.listed(names)}
        needed, third = self.part(rules.NEEDED), self.figures.losses / rules.QUARTER_MONTHS
        numbers = {
            "demand": self.figures.demand,
            "middle": self.middle,
            "needed": needed,
            "supply": self.figures.supply,
            "rest": needed - self.figures.supply,
            "third": third,
            "sum": needed - self.figures.supply + third,
        }
        locale = wording.babel_locale()
        shown = {key: wording.grouped(round(float(value), 1), locale) for key, value in numbers.items()}
        words = _(
            "%(demand)s ÷ %(middle)s = %(needed)s; minus %(supply)s = %(rest)s; plus %(third)s = %(sum)s; "
            "at least 0, rounded down."
        )
        return words % shown

    def as_json(self) -> dict[str, Any]:
        return {"field": self.field.slug, "day": self.day.isoformat(), **self.pace.as_json()}


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_before(month: date) -> date:
    return month_of(month - timedelta(days=1))


def months_until(day: date, count: int = MONTHS_SHOWN) -> list[date]:
    """The first days of that many months up to the one of ``day``, oldest first."""
    found = [month_of(day)]
    while len(found) < count:
        found.append(month_before(found[-1]))
    return found[::-1]


def last_of_month(month: date) -> date:
    return month_of(month + timedelta(days=31)) - timedelta(days=1)


def on(day: date, fields: Iterable[Field]) -> dict[UUID, FieldPace]:
    """The pace of each field, in a fixed number of queries."""
    fields = {field.pk: field for field in fields}
    demands = _newest(Demand.objects.filter(since__in=(month_of(day), month_before(month_of(day)))), fields)
    bands = _newest(Band.objects.filter(since__lte=day), fields)
    caps = _newest(Cap.objects.filter(since__lte=day), fields)
    supply = _counted(active(day).filter(main_field__in=fields))
    agreed = _counted(agreed_waiting().filter(main_field__in=fields))
    leaving = losses.expected.provider(list(fields), day)
    found = {}
    for key, field in fields.items():
        demand, band, cap, lost = demands.get(key), bands.get(key), caps.get(key), leaving.get(key)
        figures = PaceFigures(
            demand=demand.users if demand else None,
            supply=supply.get(key, 0),
            low=band.low if band else None,
            high=band.high if band else None,
            cap=cap.kols if cap else None,
            losses=lost.value if lost else None,
            agreed=agreed.get(key, 0),
        )
        note = lost.note if lost else ""
        found[key] = FieldPace(field, day, rules.pace(figures), figures, demand, band, cap, note)
    return found


def of(field: Field, day: date) -> FieldPace:
    return on(day, [field])[field.pk]


def active(day: date) -> QuerySet[Kol]:
    """Supply: in initial, mid-term or late, with a post or an active day on the own platform of late."""
    return Kol.objects.filter(_alive(day, policy.current()), archived_at=None, stage__in=ACTIVE)


def active_then(day: date, asked: policy.Policy) -> QuerySet[Kol]:
    """Supply as of an earlier day, by the stays that were open then."""
    stays = Stay.objects.filter(kol=OuterRef("pk"), stage__in=ACTIVE, since__lte=day)
    stood = Exists(stays.filter(Q(until=None) | Q(until__gt=day)))
    return Kol.objects.filter(_alive(day, asked), stood, merged_into=None)


def agreed_waiting() -> QuerySet[Kol]:
    """Agreed and not yet moved: they stand in introduction with a plan."""
    agreed = Candidate.objects.filter(
        kol=OuterRef("pk"), step=Step.AGREED, outcome__in=("", Candidate.Outcome.WON)
    )
    return Kol.objects.filter(Exists(agreed), archived_at=None, stage=Stage.INTRODUCTION)


def _alive(day: date, asked: policy.Policy) -> Q:
    """A flow that ends within the window and is not nothing, or more posts in all than at its beginning.

    Monthly figures end somewhere in the window and begin before it, by a month at most: they count too.
    """
    first = day - timedelta(days=asked.get(ACTIVE_DAYS) - 1)
    reach = timedelta(days=figure_policy.flow(asked).stock_reach_days)
    own = Snapshot.objects.filter(account__platform=Platform.OWN, standing=True)
    flows = own.filter(
        account__kol=OuterRef("pk"),
        metric__in=SIGNS_OF_LIFE,
        value__gt=0,
        start__gte=first - A_MONTH,
        end__range=(first, day),
    )
    before = own.filter(
        account=OuterRef("account"),
        metric=m.POSTS_TOTAL,
        end__range=(first - reach, first + reach),
        end__lt=OuterRef("end"),
        value__lt=OuterRef("value"),
    )
    stocks = own.filter(
        Exists(before), account__kol=OuterRef("pk"), metric=m.POSTS_TOTAL, end__range=(day - reach, day)
    )
    return Q(Exists(flows)) | Q(Exists(stocks))


def _newest(rows: QuerySet, fields: Collection[UUID]) -> dict[UUID, Any]:
    """Of each field the row that holds."""
    found: dict[UUID, Any] = {}
    for row in rows.filter(field__in=fields).select_related("user").newest_first():
        found.setdefault(row.field_id, row)
    return found


def _counted(kols: QuerySet[Kol]) -> dict[UUID, int]:
    return dict(kols.order_by().values_list("main_field").annotate(Count("pk")))


@dataclass(frozen=True)
class MonthPace:
    """What a field's pace was in one month: demand as it stands now, supply as of its last day."""

    month: date
    demand: int | None
    supply: int
    low: int | None
    high: int | None

    @property
    def per_kol(self) -> float | None:
        """Users per active KOL; unknown without a demand figure or anybody active."""
        if self.demand is None or not self.supply:
            return None
        return round(self.demand / self.supply, 1)


def history(
    field: Field, day: date, entered: Sequence[Demand], bands: Sequence[Band], count: int = MONTHS_SHOWN
) -> list[MonthPace]:
    """The last months of a field, the running one as of ``day``, from what was ``entered`` and the ``bands``,
    newest first; two queries."""
    demands: dict[date, int] = {}
    for row in entered:
        demands.setdefault(row.since, row.users)
    ends = {month: min(last_of_month(month), day) for month in months_until(day, count)}
    supplies = _supplies(field, list(ends.values()))
    found = []
    for month, end in ends.items():
        band = next((one for one in bands if one.since <= end), None)
        supply = supplies[end]
        low, high = (band.low, band.high) if band else (None, None)
        found.append(MonthPace(month, demands.get(month), supply, low, high))
    return found


def _supplies(field: Field, days: Sequence[date]) -> dict[date, int]:
    """Who was active on each of these days, all in one statement."""
    asked = policy.current()
    counts = [
        active_then(day, asked)
        .filter(main_field=field)
        .order_by()
        .values("main_field")
        .annotate(place=Value(place), kols=Count("pk"))
        .values_list("place", "kols")
        for place, day in enumerate(days)
    ]
    found = dict(counts[0].union(*counts[1:], all=True))
    return {day: found.get(place, 0) for place, day in enumerate(days)}
