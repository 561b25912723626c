"""How interactions per post went, on us and elsewhere, as the verdict counts them (DOMAIN 3.4, 3.7)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from profiles.rules.flow import DEFAULT, Accounts, FlowPolicy
from profiles.rules.side import OTHER, OWN, side_of

POINTS = 13
STEP_DAYS = 30
SPAN = timedelta(days=STEP_DAYS * (POINTS - 1))


class Point(NamedTuple):
    """Interactions per post over the 90 days up to ``on``; None = unknown."""

    on: date
    own: Decimal | None
    other: Decimal | None


def per_post_series(own: Accounts, other: Accounts, on: date, policy: FlowPolicy = DEFAULT) -> list[Point]:
    """A year of points, oldest first; the last one says what the verdict of that day says."""
    own = {name: list(figures) for name, figures in own.items()}
    other = {name: list(figures) for name, figures in other.items()}
    days = [on - timedelta(days=STEP_DAYS * back) for back in reversed(range(POINTS))]
    return [
        Point(day, side_of(OWN, own, day, policy).per_post, side_of(OTHER, other, day, policy).per_post)
        for day in days
    ]
