"""Survival per intake cohort: the share still in initial–late at the end of month n (DOMAIN 7.8).

A cohort entered initial for the first time in one month, which is month 0. Who left and was won back counts
again from then on: the curve tells where they stand, not whether they ever left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


def months_between(first: date, last: date) -> int:
    """Whole months from the one of ``first`` to the one of ``last``."""
    return (last.year - first.year) * 12 + last.month - first.month


@dataclass(frozen=True)
class Point:
    """The end of month ``month``: how many of the cohort are ``still`` there."""

    month: int
    still: int
    share: Decimal


@dataclass(frozen=True)
class Curve:
    """``kols`` entered in ``cohort``; points of the months that are over."""

    cohort: date
    kols: int
    points: tuple[Point, ...]

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None


def curve(cohort: date, kols: int, steps: Mapping[date, int], today: date) -> Curve:
    """``steps``: by month, how many came into initial–late less how many went out of it in that month."""
    still, points = 0, []
    for month in range(months_between(cohort, today)):  # the present month is not over
        place = cohort.year * 12 + cohort.month - 1 + month
        still += steps.get(date(place // 12, place % 12 + 1, 1), 0)
        points.append(Point(month, still, Decimal(still) / kols))
    return Curve(cohort, kols, tuple(points))


def together(curves: Iterable[Curve]) -> list[Point]:
    """All cohorts that are so old, by month: the more there are, the steadier the line."""
    curves = list(curves)
    found = []
    for month in range(max((len(one.points) for one in curves), default=0)):
        old = [one for one in curves if len(one.points) > month]
        kols, still = sum(one.kols for one in old), sum(one.points[month].still for one in old)
        found.append(Point(month, still, Decimal(still) / kols))
    return found
