"""The effect of a resource: own-platform figures before and after its use (DOMAIN 5.5).

14 days against 14 days: those before the day of use, and those from it on. Fewer than 3 figures on a side:
none is stated, and why.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from profiles.rules import metric as m
from profiles.rules.flow import Figure

METRICS = (m.INTERACTIONS, m.VIEWS, m.FOLLOWERS)
ZERO = Decimal(0)


@dataclass(frozen=True)
class Span:
    """One side: its days, what a day brought (None: not stated), and of how many figures."""

    start: date
    end: date
    per_day: Decimal | None
    figures: int


@dataclass(frozen=True)
class Measured:
    """One metric: per day before and after. ``change`` is None where none is stated or nothing was before."""

    metric: str
    before: Span
    after: Span
    reason: str

    @property
    def label(self) -> Any:
        return m.LABELS[m.GROWTH if self.metric == m.FOLLOWERS else self.metric]

    @property
    def is_stated(self) -> bool:
        return not self.reason

    @property
    def change(self) -> Decimal | None:
        before, after = self.before.per_day, self.after.per_day
        return None if before is None or after is None or before <= 0 else after / before - 1

    def as_json(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "before": _rounded(self.before.per_day),
            "after": _rounded(self.after.per_day),
            "change": _rounded(self.change),
            "figures_before": self.before.figures,
            "figures_after": self.after.figures,
            "first_day": self.before.start,
            "last_day": self.after.end,
            "reason": self.reason,
        }


class Effect(tuple[Measured, ...]):
    """Each metric around one use."""

    @property
    def first(self) -> Measured | None:
        """The first metric whose change is stated: what a row of a list has place for."""
        return next((one for one in self if one.change is not None), None)

    def as_json(self) -> list[dict[str, Any]]:
        return [one.as_json() for one in self]


def effect(
    accounts: Mapping[Hashable, Iterable[Figure]], used_on: date, on: date, *, days: int = 14, least: int = 3
) -> Effect:
    """Each metric of the own accounts around the day of use, as of the day ``on``.

    A flow counts where it lies inside a side whole; of followers it is their growth between a side's first
    and last figure. An account counts where it has enough figures on both sides.
    """
    sides = (
        (used_on - timedelta(days=days), used_on - timedelta(days=1)),
        (
            used_on,
            used_on + timedelta(days=days - 1),
        ),
    )
    known = {account: list(figures) for account, figures in accounts.items()}
    return Effect(_measure(known, metric, sides, on, least) for metric in METRICS)


def _measure(
    accounts: Mapping[Hashable, Sequence[Figure]], metric: str, sides, on: date, least: int
) -> Measured:
    found = [
        tuple(_inside(figures, metric, *side) for side in sides) for figures in accounts.values() if figures
    ]
    enough = [pair for pair in found if min(map(len, pair)) >= least]
    # where none has enough, the account that is nearest to it tells how many there are
    best = max(found, key=lambda pair: (min(map(len, pair)), sum(map(len, pair))), default=((), ()))
    counted = enough or [best]
    is_over = on > sides[1][1]
    stated = bool(enough) and is_over
    spans = [
        Span(
            *side,
            sum((_per_day(pair[place], metric) for pair in enough), ZERO) if stated else None,
            sum(len(pair[place]) for pair in counted),
        )
        for place, side in enumerate(sides)
    ]
    return Measured(metric, spans[0], spans[1], _reason(spans, is_over=is_over, stated=stated, least=least))


def _reason(spans: Sequence[Span], *, is_over: bool, stated: bool, least: int) -> str:
    if stated:
        return ""
    if not is_over:
        return _("The days after it are not over yet.")
    words = _("Fewer than %(least)d figures on a side: %(before)d before, %(after)d after.")
    return words % {"least": least, "before": spans[0].figures, "after": spans[1].figures}


def _inside(figures: Sequence[Figure], metric: str, start: date, end: date) -> list[Figure]:
    """Those of the metric that lie inside whole and do not overlap, shortest first (as DOMAIN 3.4)."""
    inside = [f for f in figures if f.metric == metric and start <= f.start and f.end <= end]
    chosen: list[Figure] = []
    for figure in sorted(inside, key=lambda f: (f.end - f.start, f.start, f.source)):
        if all(figure.end < one.start or figure.start > one.end for one in chosen):
            chosen.append(figure)
    return sorted(chosen, key=lambda f: f.start)


def _per_day(figures: Sequence[Figure], metric: str) -> Decimal:
    """What a day brought: the flows ÷ the days they cover; of followers the growth ÷ the days between."""
    if metric == m.FOLLOWERS:
        return (figures[-1].value - figures[0].value) / (figures[-1].end - figures[0].end).days
    days = sum((figure.end - figure.start).days + 1 for figure in figures)
    return sum((figure.value for figure in figures), ZERO) / days


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)
