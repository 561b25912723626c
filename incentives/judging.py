"""What the policy says of a plan, or of what is given without one (DOMAIN 6.1).

An item without a day counts in the quarter of the day of asking, or in that in which its plan ended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from incentives import counted, rates
from incentives.counted import Beside
from incentives.models import Entry, IncentivePlan, IncentivePolicy, PlanItem
from incentives.rules import policy as rule
from kol_crm.core import installation
from profiles.models import Kol


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


def cell_on(policy: IncentivePolicy | None, stage: str, level: str, day: date) -> rule.Cell | None:
    """The cell in the installation's currency, at the rate of ``day`` where it was written in another."""
    cell = cell_of(policy, stage, level)
    return None if cell is None else in_base(cell, policy.currency if policy else "", day)


def in_base(cell: rule.Cell, written: str, day: date) -> rule.Cell:
    """A cell whose amounts are in ``written``, in the installation's currency; unrated where no rate is."""
    if written in ("", installation.currency()):
        return cell
    known = rates.load([written])
    ceiling = known.convert(cell.ceiling, written, day)
    if ceiling is None:
        return rule.Cell(cell.kinds, rule.NOTHING, unrated=written)
    usual = None if cell.usual is None else known.convert(cell.usual, written, day)
    return rule.Cell(cell.kinds, ceiling, usual)


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
    others = counted.of([kol.pk])[kol.pk]
    if plan is not None:
        others = others.without(plan)
    known = rates.load({*others.currencies, *(item.currency for item in items if item.currency)})
    return _verdict(kol, lines_of(items, day, known), others, day, known, policy)


def judge_entry(kol: Kol, entry: Entry, day: date) -> Verdict:
    """What is given outside a plan, before it is written, for this KOL; under the lock of the file."""
    others = counted.of([kol.pk])[kol.pk]
    known = rates.load({*others.currencies, entry.currency})
    line = rule.Line("0", entry.kind, entry.what, counted.payments_of(entry, known))
    return _verdict(kol, [line], others, day, known)


def _verdict(
    kol: Kol,
    lines: Sequence[rule.Line],
    others: Beside,
    day: date,
    known: rates.Rates,
    policy: IncentivePolicy | None = None,
) -> Verdict:
    policy = policy or IncentivePolicy.objects.in_force(day)
    cell = cell_on(policy, kol.stage, kol.level, day)
    found = rule.judge(cell, lines, others.lines(day, known))
    return Verdict(policy, kol.stage, kol.level, cell, found, installation.currency())


def lines_of(items: Iterable[PlanItem], day: date, known: rates.Rates) -> list[rule.Line]:
    """Items of a plan that is judged on ``day``, as the rule takes them."""
    return [
        rule.Line(str(place), item.kind, item.what, tuple(counted.payments(item, day, day, known)))
        for place, item in enumerate(items)
    ]
