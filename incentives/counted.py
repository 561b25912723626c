"""What counts of a KOL beside the plan that is judged, loaded for the rule (DOMAIN 6.1).

All plans submitted, approved, active or done; of a stopped one what fell due until it was stopped, and what
was given beyond that; what was given outside a plan. A draft counts for nobody but itself.

Nothing counts in a quarter that was over when it was decided: a payment at the earliest in the quarter in
which its plan was started (not started: in that of the day of asking), an entry in that in which it was put
down.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery

from incentives.models import Entry, IncentivePlan, PlanItem, PlanJudgement
from incentives.rates import Rates
from incentives.rules import policy as rule
from incentives.rules.paying import Quarter, Terms, dues_of
from kol_crm.core import installation

State = IncentivePlan.State
COUNTED = (State.SUBMITTED, State.APPROVED, State.ACTIVE, State.DONE, State.STOPPED)
NOTHING = Decimal(0)


@dataclass
class Beside:
    """Of one KOL: items with their plans, ``given`` by item of a stopped plan, ``loose``: outside a plan."""

    items: list[PlanItem] = field(default_factory=list)
    given: dict[UUID, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    loose: list[Entry] = field(default_factory=list)

    @property
    def currencies(self) -> set[str]:
        return {row.currency for row in (*self.items, *self.loose) if row.currency}

    def without(self, plan: IncentivePlan) -> "Beside":
        items = [item for item in self.items if item.plan_id != plan.pk]
        return Beside(items, self.given, self.loose)

    def lines(self, day: date, known: Rates) -> Iterator[rule.Line]:
        for item in self.items:
            payments = tuple(_of_plan(item, self.given.get(item.pk, []), day, known))
            if payments:
                yield rule.Line(str(item.pk), item.kind, item.what, payments)
        for entry in self.loose:
            yield rule.Line(str(entry.pk), entry.kind, entry.what, payments_of(entry, known))


def of(kols: Collection) -> dict[UUID, Beside]:
    """Per KOL, in two queries."""
    found: dict[UUID, Beside] = defaultdict(Beside)
    started = PlanJudgement.objects.filter(plan=OuterRef("plan"), act=PlanJudgement.Act.STARTED)
    items = PlanItem.objects.filter(plan__kol__in=kols, plan__state__in=COUNTED).select_related("plan")
    for item in items.annotate(started_at=Subquery(started.order_by("at").values("at")[:1])):
        found[item.plan.kol_id].items.append(item)
    counts = Q(item=None) | Q(item__plan__state=State.STOPPED)
    entries = Entry.objects.standing().filter(counts, kol__in=kols, amount__gt=0)
    entries = entries.annotate(plan_kol=F("item__plan__kol"))
    for entry in entries.order_by("given_on", "pk"):
        if entry.item_id is None:
            found[entry.kol_id].loose.append(entry)
        else:
            found[entry.plan_kol].given[entry.item_id].append(entry)
    return found


def payments_of(entry: Entry, known: Rates) -> tuple[rule.Payment, ...]:
    """What an entry counts; what costs nothing counts nothing."""
    if not entry.amount:
        return ()
    day = not_before(entry.given_on, installation.day(entry.created_at))
    return (rule.Payment(day, entry.amount, entry.currency, known.of_entry(entry)),)


def not_before(day: date, decided: date | None) -> date:
    """``day``, unless its quarter was over on the day of the decision."""
    return day if decided is None or Quarter.of(day) >= Quarter.of(decided) else decided


def payments(item: PlanItem, undated: date, decided: date | None, known: Rates) -> Iterator[rule.Payment]:
    """Converted at the rate of the day they are due."""
    for due in dues_of(terms_of(item), undated):
        worth = None if due.amount is None else known.convert(due.amount, item.currency, due.day)
        yield rule.Payment(not_before(due.day, decided), due.amount, item.currency, worth)


def _of_plan(item, given: list[Entry], day: date, known: Rates) -> Iterator[rule.Payment]:
    plan = item.plan
    last = installation.day(plan.ended_at) if plan.ended_at else day
    decided = day if plan.state in (State.SUBMITTED, State.APPROVED) else None
    if item.started_at is not None and decided is None:
        decided = installation.day(item.started_at)
    every = payments(item, last, decided, known)
    if plan.state != State.STOPPED:
        yield from every
        return
    due = [one for one in every if one.day <= last] if plan.ended_at else []
    yield from due
    yield from _beyond(sum((one.amount or NOTHING for one in due), NOTHING), given, known)


def _beyond(due: Decimal, given: list[Entry], known: Rates) -> Iterator[rule.Payment]:
    """What was given above what was due, in the quarter in which it was given."""
    for entry in given:
        over = min(entry.amount, max(NOTHING, entry.amount - due))
        due = max(NOTHING, due - entry.amount)
        if over:
            worth = known.convert(over, entry.currency, entry.given_on)
            yield rule.Payment(entry.given_on, over, entry.currency, worth)


def terms_of(item: PlanItem) -> Terms:
    return Terms(
        item.pay,
        item.amount,
        item.currency,
        item.cap,
        item.expected,
        item.period,
        item.due_on,
        item.ends_on,
    )
