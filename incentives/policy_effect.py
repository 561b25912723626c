"""What a changed cell of the policy changes: who is in it, which plans come inside or stay outside (6.1)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count

from incentives import counted, judging, rates
from incentives.models import IncentivePlan
from incentives.rules import policy as rule
from profiles.models import Kol, Level

State = IncentivePlan.State
OPEN = (State.DRAFT, State.SUBMITTED, State.APPROVED)
MOST = 200


@dataclass
class Effect:
    """Of the files that the reader sees: ``outside`` are pairs (plan, by how much above the ceiling)."""

    kols: int = 0
    outside_before: int = 0
    inside_now: list[IncentivePlan] = field(default_factory=list)
    outside_now: list[tuple[IncentivePlan, Decimal]] = field(default_factory=list)
    is_cut: bool = False  # only the newest MOST plans were judged


def counts(user) -> dict[str, int]:
    """KOLs per cell and stage: ``{"mid_term.mid": 92, "mid_term": 251}`` (one query)."""
    rows = Kol.objects.visible_to(user).order_by().values("stage", "level").annotate(n=Count("pk"))
    found: dict[str, int] = defaultdict(int)
    for row in rows.values_list("stage", "level", "n"):
        stage, level, n = row
        found[f"{stage}.{level or Level.NANO}"] += n
        found[stage] += n
    return dict(found)


def of_cell(
    user,
    key: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    day: date,
    written: str = "",
) -> Effect:
    """Plans not yet running of the KOLs in this cell, by it as it is and as it is to be.

    ``written``: the currency of what stands; what is changed is in the installation's (DOMAIN 6.1).
    """
    stage, _dot, level = key.partition(".")
    levels = [level, ""] if level == Level.NANO else [level]
    kols = Kol.objects.visible_to(user).filter(stage=stage, level__in=levels)
    effect = Effect(kols=kols.count())
    plans = list(
        IncentivePlan.objects.filter(kol__in=kols, state__in=OPEN)
        .select_related("kol")
        .prefetch_related("items")
        .order_by("-created_at", "-id")[: MOST + 1]
    )
    effect.is_cut = len(plans) > MOST
    plans = [plan for plan in plans[:MOST] if plan.items.all()]
    standing = counted.of({plan.kol_id for plan in plans})
    currencies = {item.currency for plan in plans for item in plan.items.all() if item.currency}
    known = rates.load(currencies.union(*(one.currencies for one in standing.values())))
    cells = (_cell(before, written, day), _cell(after, written if after == before else "", day))
    for plan in plans:
        others = list(standing[plan.kol_id].without(plan).lines(day, known))
        lines = judging.lines_of(plan.items.all(), day, known)
        was, now = (rule.judge(cell, lines, others) for cell in cells)
        effect.outside_before += not was.inside
        if not now.inside:
            effect.outside_now.append((plan, _over(now)))
        elif not was.inside:
            effect.inside_now.append(plan)
    return effect


def _cell(kept: Mapping[str, Any] | None, written: str, day: date) -> rule.Cell | None:
    if not kept or kept.get("ceiling") in (None, ""):
        return None
    return judging.in_base(rule.Cell(frozenset(kept["kinds"]), Decimal(kept["ceiling"])), written, day)


def _over(found: rule.Judgement) -> Decimal:
    return max((one.over for one in found.sums), default=Decimal(0))
