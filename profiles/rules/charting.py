"""A metric of an account over a period, as charts draw it: unknown is a gap, never zero (DOMAIN 3.4)."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from profiles.rules import metric as m
from profiles.rules.flow import DEFAULT, Figure, FlowPolicy, is_fresh, latest, window_flow

SHORT_DAYS = 92  # up to here flows are counted by the week, beyond by the month
HUNDRED = Decimal(100)
Span = tuple[date, date]  # first and last day


@dataclass(frozen=True)
class Point:
    """``on``: the day of a stock, or the last day of a flow's span from ``start``; None = unknown."""

    start: date
    on: date
    value: Decimal | None


@dataclass(frozen=True)
class Series:
    """``points`` oldest first, a None between two that lie further apart than a figure keeps.

    ``stale_since``: the day from which the newest figure is too old; ``base``: what stands for 100.
    """

    metric: str
    points: tuple[Point, ...]
    stale_since: date | None = None
    base: Decimal | None = None

    @property
    def known(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.value is not None)

    @property
    def is_flow(self) -> bool:
        return m.KINDS[self.metric] == m.FLOW

    @property
    def total(self) -> Decimal | None:
        """Of a flow, over the spans that are known; None where none is."""
        values = [point.value for point in self.points if point.value is not None]
        return sum(values, Decimal(0)) if values and self.is_flow else None

    @property
    def change(self) -> Decimal | None:
        """From the first known value to the last, as a share; None where it cannot be said."""
        first, last = (self.known[0], self.known[-1]) if len(self.known) > 1 else (None, None)
        if first is None or last is None or not first.value or last.value is None:
            return None
        return (last.value - first.value) / first.value


def series_of(
    figures: Iterable[Figure],
    metric: str,
    since: date,
    until: date,
    on: date,
    policy: FlowPolicy = DEFAULT,
    *,
    grid: Sequence[Span] = (),
) -> Series:
    """The metric from ``since`` to ``until`` as known on the day ``on``.

    Stocks, averages and estimates stand where they were measured. Flows are counted by the spans of ``grid``
    (weeks or months unless told) as any window is (3.4): one of which too little is known is unknown.
    """
    figures = [figure for figure in figures if figure.end <= on]
    if m.KINDS[metric] == m.FLOW:
        points = tuple(
            Point(start, end, window_flow(figures, metric, start, end, policy).value)
            for start, end in grid or spans(since, until)
        )
    else:
        points = _measured(figures, metric, since, until, policy.fresh_days(metric))
    newest = latest(figures, metric, on)
    stale = newest is not None and not is_fresh(newest, on, policy)
    too_old = newest.end + timedelta(days=policy.fresh_days(metric) + 1) if newest and stale else None
    return Series(metric, points, too_old)


def spans(since: date, until: date) -> list[Span]:
    """Weeks, counted back from ``until``, or for a longer period its whole calendar months."""
    if (until - since).days < SHORT_DAYS:
        found = []
        end = until
        while end - timedelta(days=6) >= since:
            found.append((end - timedelta(days=6), end))
            end -= timedelta(days=7)
        return found[::-1]
    found = []
    start = since if since.day == 1 else _next_month(since)
    while (end := date(start.year, start.month, calendar.monthrange(start.year, start.month)[1])) <= until:
        found.append((start, end))
        start = _next_month(start)
    return found


def best_grid(accounts: Iterable[Iterable[Figure]], metric: str, since: date, until: date) -> list[Span]:
    """The spans of which most is known: weeks or whole months, or windows of 7 or 30 days that end where the
    newest flow of an account does, for not everybody counts by the calendar.
    """
    flows = [[figure for figure in figures if figure.metric == metric] for figures in accounts]
    ends = {
        max(figure.end for figure in known if figure.end <= until) for known in flows if _begun(known, until)
    }
    grids = [spans(since, until), *(windows(since, end, until) for end in sorted(ends, reverse=True))]
    # of equals the first: the calendar's
    return max(
        grids, key=lambda grid: sum(_is_known(known, metric, span) for known in flows for span in grid)
    )


def windows(since: date, end: date, until: date) -> list[Span]:
    """Windows of 7 days, of a longer period of 30, counted back from ``end``."""
    length = timedelta(days=7 if (until - since).days < SHORT_DAYS else 30)
    found = []
    while end - length >= since - timedelta(days=1):
        found.append((end - length + timedelta(days=1), end))
        end -= length
    return found[::-1]


def _begun(figures: Sequence[Figure], until: date) -> bool:
    return any(figure.end <= until for figure in figures)


def _is_known(figures: Sequence[Figure], metric: str, span: Span) -> bool:
    return window_flow(figures, metric, *span).value is not None


def indexed(series: Series) -> Series:
    """Every value as per cent of the first known one; unknown throughout where that is zero or none."""
    base = series.known[0].value if series.known else None
    points = tuple(
        replace(point, value=point.value / base * HUNDRED if base and point.value is not None else None)
        for point in series.points
    )
    return replace(series, points=points, base=base or None)


def _measured(figures: list[Figure], metric: str, since: date, until: date, keeps: int) -> tuple[Point, ...]:
    days = sorted({f.end for f in figures if f.metric == metric and since <= f.end <= until})
    points: list[Point] = []
    for day in days:
        figure = latest([f for f in figures if f.end == day], metric, day)
        if figure is None:
            continue
        if points and (day - points[-1].on).days > keeps:
            middle = points[-1].on + (day - points[-1].on) // 2
            points.append(Point(middle, middle, None))
        points.append(Point(figure.start, day, figure.value))
    return tuple(points)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
