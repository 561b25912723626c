"""What the figures of an account say about a window of days, first and last included (DOMAIN 3.4, 3.5).

Figures are the standing ones of one account; what was taken back is left out by whoever loads them.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part, Score
from profiles.rules import metric as m


class Figure(NamedTuple):
    """One standing snapshot as plain values; stocks have start = end."""

    metric: str
    value: Decimal
    start: date
    end: date
    source: str = ""
    account: Hashable = ""


Accounts = Mapping[Any, Iterable[Figure]]  # by whatever tells one account from another


@dataclass(frozen=True)
class FlowPolicy:
    """The numbers of DOMAIN 3.4 and 3.5 that managers may change."""

    coverage: Decimal = Decimal("0.8")
    stock_reach_days: int = 7
    window_days: int = 90
    fresh_stock_days: int = 35
    fresh_flow_days: int = 100
    fresh_estimate_days: int = 365

    def fresh_days(self, metric: str) -> int:
        """How old a figure may be. Averages describe a period, so they keep as long as flows."""
        return {m.STOCK: self.fresh_stock_days, m.ESTIMATE: self.fresh_estimate_days}.get(
            m.KINDS[metric], self.fresh_flow_days
        )


DEFAULT = FlowPolicy()


@dataclass(frozen=True)
class Flow:
    """A window's flow: None = unknown. `parts` are the figures it was made of, `covered_days` their days."""

    value: Decimal | None
    covered_days: int = 0
    parts: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()


def last_days(on: date, days: int) -> tuple[date, date]:
    """The window of that many days that ends with `on`."""
    return on - timedelta(days=days - 1), on


def is_fresh(figure: Figure, on: date, policy: FlowPolicy = DEFAULT) -> bool:
    """Not older than its limit (DOMAIN 3.5): on the last day of the limit it still counts."""
    return (on - figure.end).days <= policy.fresh_days(figure.metric)


def latest(figures: Iterable[Figure], metric: str, on: date) -> Figure | None:
    """The newest figure known by that day, fresh or not; of one day the longest period, then by source."""
    known = [figure for figure in figures if figure.metric == metric and figure.end <= on]
    return min(known, key=lambda figure: (-figure.end.toordinal(), figure.start, figure.source), default=None)


def latest_fresh(
    figures: Iterable[Figure], metric: str, on: date, policy: FlowPolicy = DEFAULT
) -> Figure | None:
    figure = latest(figures, metric, on)
    return figure if figure and is_fresh(figure, on, policy) else None


def window_flow(
    figures: Iterable[Figure], metric: str, start: date, end: date, policy: FlowPolicy = DEFAULT
) -> Flow:
    """The flow from start to end: of flows inside it, else the difference of two stocks, else unknown."""
    figures = list(figures)
    days = (end - start).days + 1
    chosen, covered = _non_overlapping(figures, metric, start, end)
    if chosen and covered >= policy.coverage * days:
        total = sum((figure.value for figure in chosen), Decimal(0))
        return Flow(total * days / covered, covered, chosen)
    difference = _stock_difference(figures, metric, start, end, policy)
    return difference or Flow(None, covered, chosen, (metric,))


def interactions_per_post(figures: Iterable[Figure], on: date, policy: FlowPolicy = DEFAULT) -> Score:
    """Flow of interactions ÷ flow of posts over the window; else the latest fresh averages; else unknown.

    Without a single post there is nothing to divide by, and averages would tell of another time: unknown.
    """
    figures = list(figures)
    window = last_days(on, policy.window_days)
    posts = window_flow(figures, m.POSTS, *window, policy)
    if posts.value == 0:
        return Score(None, (_part(m.POSTS, posts.value),), (m.POSTS,))
    interactions = window_flow(figures, m.INTERACTIONS, *window, policy)
    if posts.value is not None and interactions.value is not None:
        quotient = interactions.value / posts.value
        return Score(quotient, (_part(m.INTERACTIONS, interactions.value), _part(m.POSTS, posts.value)))
    averages = _latest_averages(figures, on, policy)
    if averages:
        parts = tuple(_part(figure.metric, figure.value, figure.end) for figure in averages)
        return Score(sum((figure.value for figure in averages), Decimal(0)), parts)
    return Score(None, (), posts.missing + interactions.missing)


def _non_overlapping(
    figures: Iterable[Figure], metric: str, start: date, end: date
) -> tuple[tuple[Figure, ...], int]:
    """Shortest first, then earliest; the days taken so far are the bits of one number."""
    inside = [f for f in figures if f.metric == metric and start <= f.start and f.end <= end]
    if not inside:
        return (), 0
    inside.sort(key=lambda f: (f.end - f.start, f.start, f.source))
    chosen, taken = [], 0
    for figure in inside:
        days = (1 << ((figure.end - figure.start).days + 1)) - 1 << (figure.start - start).days
        if not taken & days:
            chosen.append(figure)
            taken |= days
    return tuple(sorted(chosen, key=lambda f: f.start)), taken.bit_count()


def _stock_difference(
    figures: Iterable[Figure], metric: str, start: date, end: date, policy: FlowPolicy
) -> Flow | None:
    stocks = [f for f in figures if f.metric == m.STOCK_BEHIND.get(metric)]
    if len(stocks) < 2:
        return None  # most of many: nothing to take a difference of
    first = _nearest(stocks, start, policy.stock_reach_days)
    last = _nearest(stocks, end, policy.stock_reach_days)
    if first is None or last is None or first.end >= last.end:
        return None
    difference = last.value - first.value
    if difference < 0 and metric not in m.SIGNED_FLOWS:
        return None
    return Flow(difference, (last.end - first.end).days, (first, last))


def _nearest(stocks: Sequence[Figure], day: date, reach: int) -> Figure | None:
    """Of two equally near the later, which is the better known."""
    near = [stock for stock in stocks if abs((stock.end - day).days) <= reach]
    return min(near, key=lambda s: (abs((s.end - day).days), -s.end.toordinal(), s.source), default=None)


def _latest_averages(figures: Iterable[Figure], on: date, policy: FlowPolicy) -> tuple[Figure, ...]:
    """Likes with comments, or interactions as one average: whichever is known for the later day."""
    figures = list(figures)
    likes = latest_fresh(figures, m.LIKES_AVG, on, policy)
    comments = latest_fresh(figures, m.COMMENTS_AVG, on, policy)
    whole = latest_fresh(figures, m.INTERACTIONS_AVG, on, policy)
    if likes and comments and (whole is None or min(likes.end, comments.end) >= whole.end):
        return likes, comments
    return (whole,) if whole else ()


def _part(metric: str, value: Decimal | None, day: date | None = None) -> Part:
    note = format_lazy(_("as of {day}"), day=day.isoformat()) if day else ""
    return Part(metric, m.LABELS[metric], value, note=note)
