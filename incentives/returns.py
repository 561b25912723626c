"""Return of KOLs: given against value brought back, by month since the entry into initial (DOMAIN 6.7).

A KOL who left and was won back keeps the month of the first entry: what was given before is to be paid back
too. A merged file's stays end with it, so that the file that is left counts from its own entry; what was
given before that, and what came along, stands before month 0.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet

from incentives.given import given
from incentives.returned import Span, returned
from incentives.rules import payback as rules
from incentives.rules.payback import Month
from lifecycle.models import Stay
from profiles.models import Stage

BEGINNING = date(2000, 1, 1)
Amounts = dict[date, Decimal | None]
FORMS = ("money", "goods", "other", "slots")


@dataclass
class Flows:
    """By month of one file: what was given (None where no rate converts it), by form, and what came back.

    ``lacking``: months with results that count zero for want of a unit value or a rate.
    """

    given: Amounts = field(default_factory=dict)
    returned: Amounts = field(default_factory=dict)
    forms: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    unconverted: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    lacking: int = 0


@dataclass(frozen=True)
class Return:
    """``months`` from month 0 to the present one; none before the entry. Totals are of all time."""

    entered: date | None
    months: list[Month]
    flows: Flows

    @property
    def given(self) -> Decimal | None:
        return rules.add(self.flows.given.values())

    @property
    def returned(self) -> Decimal:
        return rules.add(self.flows.returned.values()) or Decimal(0)

    @property
    def ratio(self) -> Decimal | None:
        return rules.ratio(self.given, self.returned)

    @property
    def payback(self) -> Month | None:
        return rules.payback(self.months)

    def as_json(self) -> dict[str, Any]:
        back = self.payback
        return {
            "entered_initial": self.entered,
            "given": None if self.given is None else str(self.given),
            "given_by_form": {name: str(self.flows.forms[name]) for name in FORMS},
            "not_converted": {code: str(amount) for code, amount in self.flows.unconverted.items()},
            "returned": str(self.returned),
            "results_without_value": self.flows.lacking,
            "ratio": None if self.ratio is None else str(self.ratio),
            "payback_month": back and back.place,
            "months": [one.as_json() for one in self.months],
        }


def entries(kols: Collection[UUID] | QuerySet) -> dict[UUID, date]:
    """The day on which each file entered initial for the first time; one query."""
    rows = Stay.objects.filter(kol__in=kols, stage=Stage.INITIAL).order_by().values_list("kol")
    return dict(rows.annotate(first=Min("since")))


def flows_of(kols: Collection[UUID] | QuerySet, day: date) -> dict[UUID, Flows]:
    """What was given and came back up to ``day``; a fixed number of queries, files without any left out."""
    found: dict[UUID, Flows] = defaultdict(Flows)
    for (kol, month), one in given(kols, (BEGINNING, day)).items():
        flows = found[kol]
        flows.given[month] = one.converted if one.is_whole else None
        for name in FORMS:
            flows.forms[name] += getattr(one, name)
        for currency, amount in one.unconverted.items():
            flows.unconverted[currency] += amount
    brought = returned(kols, Span(BEGINNING, day))
    for (kol, month), worth in brought.months.items():
        found[kol].returned[month] = worth.value
        found[kol].lacking += len(worth.lacking)
    return dict(found)


def returns_of(kols: Collection[UUID] | QuerySet, day: date) -> dict[UUID, Return]:
    """The return of each file that entered initial or was given something."""
    entered, flows = entries(kols), flows_of(kols, day)
    return {
        kol: _return(entered.get(kol), flows.get(kol) or Flows(), day)
        for kol in entered.keys() | flows.keys()
    }


def _return(entered: date | None, flows: Flows, day: date) -> Return:
    months = [] if entered is None else rules.by_month(entered, day, flows.given, flows.returned)
    return Return(entered, months, flows)


def return_of(kol: UUID, day: date) -> Return:
    return returns_of([kol], day).get(kol) or Return(None, [], Flows())


@dataclass(frozen=True)
class Cohort:
    """The files that entered initial in one month."""

    month: date
    kols: int
    months: list[Month]

    @property
    def last(self) -> Month | None:
        """The newest month that is over."""
        return next((one for one in reversed(self.months) if one.is_over), None)

    @property
    def payback(self) -> Month | None:
        return rules.payback(self.months)

    def as_json(self) -> dict[str, Any]:
        back = self.payback
        return {
            "cohort": f"{self.month:%Y-%m}",
            "kols": self.kols,
            "payback_month": back and back.place,
            "months": [one.as_json() for one in self.months],
        }


def cohorts_of(kols: QuerySet, first: date, day: date) -> list[Cohort]:
    """Cohorts from the month ``first`` on, the oldest first.

    Summed per month before the months are laid out, so that a cohort of ten thousand costs one list of them.
    """
    in_initial = Stay.objects.filter(stage=Stage.INITIAL, kol__in=kols).order_by().values("kol")
    members = in_initial.annotate(first=Min("since")).filter(first__gte=first)
    month_of = {kol: rules.month_of(entered) for kol, entered in members.values_list("kol", "first")}
    sizes: dict[date, int] = defaultdict(int)
    for month in month_of.values():
        sizes[month] += 1
    flows = flows_of(members.values("kol"), day)
    sums: dict[date, tuple[Amounts, Amounts]] = defaultdict(lambda: ({}, {}))
    for kol, one in flows.items():
        into = sums[month_of[kol]]
        for place, amounts in enumerate((one.given, one.returned)):
            for month, amount in amounts.items():
                into[place][month] = rules.add((into[place].get(month, Decimal(0)), amount))
    return [Cohort(month, sizes[month], rules.by_month(month, day, *sums[month])) for month in sorted(sizes)]


@dataclass(frozen=True)
class Average:
    """``kols`` reached this month since their entry; sums so far are per KOL, None where unknown."""

    place: int
    kols: int
    given: Decimal | None
    returned: Decimal | None


def average(cohorts: Iterable[Cohort]) -> list[Average]:
    """The running totals of one KOL, over all cohorts.

    Each month adds what those who reached it got and brought on average, so that the curve tells of KOLs
    growing older and not of which cohorts are old enough.
    """
    reached: dict[int, list[tuple[int, Month, Month | None]]] = defaultdict(list)
    for cohort in cohorts:
        over = [one for one in cohort.months if one.is_over]
        for place, month in enumerate(over):
            reached[place].append((cohort.kols, month, over[place - 1] if place else None))
    found: list[Average] = []
    given: Decimal | None = Decimal(0)
    returned: Decimal | None = Decimal(0)
    for place, rows in sorted(reached.items()):
        kols = sum(count for count, _month, _before in rows)
        given = rules.add((given, _more(rows, "sum_given", kols)))
        returned = rules.add((returned, _more(rows, "sum_returned", kols)))
        found.append(Average(place, kols, given, returned))
    return found


def _more(rows: list[tuple[int, Month, Month | None]], name: str, kols: int) -> Decimal | None:
    """What the month added per KOL; month 0 holds all that was before it too."""
    found = Decimal(0)
    for _count, month, before in rows:
        after, earlier = getattr(month, name), getattr(before, name) if before else Decimal(0)
        if after is None or earlier is None:
            return None
        found += after - earlier
    return found / kols
