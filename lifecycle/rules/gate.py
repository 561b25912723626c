"""Holding the figures of an account against a gate's limit, today or for a time (DOMAIN 5.3)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from kol_crm.core.score import Part
from profiles.rules import metric as m
from profiles.rules.flow import Figure, FlowPolicy, interactions_per_post, last_days, latest, latest_fresh

Measure = Callable[[Sequence[Figure], Figure, date, FlowPolicy], tuple[Decimal | None, tuple[Part, ...]]]


@dataclass(frozen=True)
class Held:
    """``passed`` None is unknown. ``value`` is the lowest that was measured, on the day ``on``.

    ``gap``: the first span of days without a figure that is too long. ``stale``: the day of the last figure
    where it is too old to count. ``unmeasured``: how many of the ``snapshots`` say nothing of this.
    """

    passed: bool | None
    value: Decimal | None = None
    on: date | None = None
    parts: tuple[Part, ...] = ()
    snapshots: int = 0
    unmeasured: int = 0
    gap: tuple[date, date] | None = None
    stale: date | None = None


def followers(
    _figures: Sequence[Figure], figure: Figure, _on: date, _flows: FlowPolicy
) -> tuple[Decimal | None, tuple[Part, ...]]:
    """The followers themselves."""
    return figure.value, (
        Part(m.FOLLOWERS, m.LABELS[m.FOLLOWERS], figure.value, note=figure.end.isoformat()),
    )


def rate(
    figures: Sequence[Figure], figure: Figure, on: date, flows: FlowPolicy
) -> tuple[Decimal | None, tuple[Part, ...]]:
    """Interactions per post (DOMAIN 3.4) as of the day ÷ followers; unknown where there are none."""
    per_post = interactions_per_post(figures, on, flows)
    parts = (*per_post.parts, *followers(figures, figure, on, flows)[1])
    if per_post.value is None or not figure.value:
        return None, parts
    return per_post.value / figure.value, parts


def now(figures: Sequence[Figure], measure: Measure, limit: Decimal, on: date, flows: FlowPolicy) -> Held:
    """By the newest fresh figure of the account."""
    figure = latest_fresh(figures, m.FOLLOWERS, on, flows)
    if figure is None:
        old = latest(figures, m.FOLLOWERS, on)
        return Held(None, stale=old.end if old else None)
    value, parts = measure(figures, figure, on, flows)
    if value is None:
        return Held(None, parts=parts, snapshots=1, unmeasured=1)
    return Held(value >= limit, value, figure.end, parts, snapshots=1)


def held(
    figures: Sequence[Figure],
    measure: Measure,
    limit: Decimal,
    on: date,
    flows: FlowPolicy,
    *,
    days: int,
    longest_gap: int,
) -> Held:
    """At or above the limit in every snapshot of the last days, none of which are further apart than the gap.

    One snapshot below it shuts the gate whatever else is missing.
    """
    first, last = last_days(on, days)
    snapshots = sorted(
        (one for one in figures if one.metric == m.FOLLOWERS and first <= one.end <= last),
        key=lambda one: (one.end, one.source),
    )
    gap = _gap([first, *(one.end for one in snapshots), last], longest_gap)
    if not snapshots:
        return Held(None, gap=gap)
    measured = [(*measure(figures, one, one.end, flows), one.end) for one in snapshots]
    known = [(value, parts, day) for value, parts, day in measured if value is not None]
    unmeasured = len(measured) - len(known)
    value, parts, day = min(known, key=lambda one: one[0], default=(None, (), None))
    if value is not None and value < limit:
        passed: bool | None = False
    else:
        passed = None if unmeasured or gap else True
    return Held(passed, value, day, parts, len(snapshots), unmeasured, gap)


def _gap(days: Sequence[date], longest: int) -> tuple[date, date] | None:
    return next(((one, other) for one, other in pairwise(days) if (other - one).days > longest), None)
