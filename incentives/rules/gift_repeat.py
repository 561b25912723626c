"""The same item is not given again within two years (DOMAIN 7.4); pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Had:
    """When an item was given, or is to be given (``is_chosen``)."""

    day: date
    is_chosen: bool = False


def in_the_way(had: list[Had], day: date, years: int) -> Had | None:
    """The latest that is less than ``years`` before or after ``day``."""
    near = [one for one in had if max(day, one.day) < later(min(day, one.day), years)]
    return max(near, key=lambda one: one.day, default=None)


def later(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February → 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
