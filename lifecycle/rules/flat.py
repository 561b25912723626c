"""Whether followers still grow: the newest figure against the one of some days ago (DOMAIN 5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kol_crm.core.score import Part
from profiles.rules import metric as m
from profiles.rules.flow import Figure, FlowPolicy, latest_fresh


@dataclass(frozen=True)
class Growth:
    """``share``: by how much of what they were followers rose; below zero they fell."""

    before: Figure
    after: Figure
    share: Decimal

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(
            Part(one.end.isoformat(), m.LABELS[m.FOLLOWERS], one.value, note=one.end.isoformat())
            for one in (self.before, self.after)
        )


def growth(figures: Sequence[Figure], on: date, days: int, flows: FlowPolicy) -> Growth | None:
    """None where the newest figure is stale, or none lies within the policy's reach of that many days ago."""
    after = latest_fresh(figures, m.FOLLOWERS, on, flows)
    if after is None:
        return None
    then = on - timedelta(days=days)
    near = [
        one
        for one in figures
        if one.metric == m.FOLLOWERS and abs((one.end - then).days) <= flows.stock_reach_days
    ]
    before = min(near, key=lambda one: (abs((one.end - then).days), -one.end.toordinal()), default=None)
    if before is None or not before.value:
        return None
    return Growth(before, after, (after.value - before.value) / before.value)
