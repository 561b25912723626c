"""What the policy says of a plan: cell, lines and the KOL's other plans, loaded for the rule (DOMAIN 6.1).

What counts of other plans: all that is submitted, approved, active or done, and of a stopped one what fell
due until it was stopped; a draft counts for nobody but itself. An item without a day counts in the quarter of
the day of asking, or in that in which its plan ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from incentives import rates
from incentives.models import IncentivePlan, IncentivePolicy, PlanItem
from incentives.rules import policy as rule
from incentives.rules.paying import Terms, dues_of
from kol_crm.core import installation
from profiles.models import Kol

State = IncentivePlan.State
COUNTED = (State.SUBMITTED, State.APPROVED, State.ACTIVE, State.DONE, State.STOPPED)


@dataclass(frozen=True)
class Verdict:
    """A judgement with what it was made by."""

    policy: IncentivePolicy | None
    stage: str
    level: str
    cell: rule.Cell | None
    found: rule.Judgement
    currency: str

    @property
    def inside(self) -> bool:
        return self.found.inside

    def as_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy.number if self.policy else None,
            "stage": self.stage,
            "level": self.level,
            "currency": self.currency,
            "kinds": sorted(self.cell.kinds) if self.cell else [],
            "ceiling": str(self.cell.ceiling) if self.cell else None,
            **self.found.as_json(),
        }


def cell_of(policy: IncentivePolicy | None, stage: str, level: str) -> rule.Cell | None:
    kept = policy.cell(stage, level) if policy else None
    if kept is None:
        return None
    usual = kept.get("usual")
    return rule.Cell(
        frozenset(kept["kinds"]), Decimal(kept["ceiling"]), None if usual is None else Decimal(usual)
    )


def judge(
    kol: Kol,
    items: Sequence[PlanItem],
    day: date,
    *,
    plan: IncentivePlan | None = None,
    policy: IncentivePolicy | None = None,
) -> Verdict:
    """These items, in their order, for this KOL on ``day`` (the installation's), besides all but ``plan``.

    Under the lock of the file the verdict holds: whatever counts in a sum is written under it.
    """
    policy = policy or IncentivePolicy.objects.in_force(day)
    others = others_of(kol, plan)
    known = rates.load({item.currency for item in (*items, *others) if item.currency})
    cell = cell_of(policy, kol.stage, kol.level)
    found = hold(cell, items, others, day, known)
    return Verdict(policy, kol.stage, kol.level, cell, found, installation.currency())


def hold(
    cell: rule.Cell | None,
    items: Iterable[PlanItem],
    others: Iterable[PlanItem],
    day: date,
    known: rates.Rates,
) -> rule.Judgement:
    """Items against a cell beside others (with their plans), all of them loaded already."""
    lines = [line_of(item, day, known, key=str(place)) for place, item in enumerate(items)]
    beside = [line for item in others if (line := _counted(item, day, known)) is not None]
    return rule.judge(cell, lines, beside)


def others_of(kol: Kol, plan: IncentivePlan | None) -> list[PlanItem]:
    """The items of the KOL's other plans that count, with their plans (one query)."""
    rows = PlanItem.objects.filter(plan__kol=kol, plan__state__in=COUNTED).select_related("plan")
    return list(rows.exclude(plan=plan.pk) if plan is not None else rows)


def _counted(item: PlanItem, day: date, known: rates.Rates) -> rule.Line | None:
    ended = item.plan.ended_at
    last = installation.day(ended) if ended else None
    line = line_of(item, last or day, known, key=str(item.pk))
    if item.plan.state != State.STOPPED:
        return line
    paid = tuple(one for one in line.payments if last is not None and one.day <= last)
    return rule.Line(line.key, line.kind, line.what, paid) if paid else None


def line_of(item: PlanItem, undated: date, known: rates.Rates, *, key: str) -> rule.Line:
    """An item as the rule takes it, its payments converted at the rate of their day."""
    payments = tuple(
        rule.Payment(
            due.day,
            due.amount,
            item.currency,
            None if due.amount is None else known.convert(due.amount, item.currency, due.day),
        )
        for due in dues_of(terms_of(item), undated)
    )
    return rule.Line(key, item.kind, item.what, payments)


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
