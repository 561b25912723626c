"""Follower milestones: the round numbers that an account crosses (DOMAIN 7.1)."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

LEAST = 10_000
MILESTONES = tuple(LEAST * 10**power for power in range(7))
"""10 k, 100 k, 1 m, … followers."""
FRESH_DAYS = 30
"""Of figures older than this none is congratulated on."""


def crossed(before: Decimal | int, after: Decimal | int) -> int | None:
    """The highest milestone between two figures: above ``before``, reached by ``after``."""
    return max((one for one in MILESTONES if before < one <= after), default=None)


def reached(figures: Iterable[Decimal | int]) -> int | None:
    """The highest that one of these fresh figures crossed over the one before it, in their order.

    One that the last figure no longer reaches is none.
    """
    values = list(figures)
    found = [milestone for pair in pairwise(values) if (milestone := crossed(*pair))]
    return max((one for one in found if values[-1] >= one), default=None)
