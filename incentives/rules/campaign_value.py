"""What came back from campaigns is worth: figures × the unit values of their day (DOMAIN 6.5). Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal
from typing import Any

ZERO = Decimal(0)
EXACT = Context(prec=40)
NEW_USERS, ACTIVE_USERS, PAID = "new_users", "active_users", "paid_amount"
NO_UNIT_VALUE, NO_RATE = "no_unit_value", "no_rate"
Convert = Callable[[Decimal, str, date], Decimal | None]


@dataclass(frozen=True)
class Brought:
    """What somebody (``who``) brought, counted on ``day``. ``source`` leads to where it is written down."""

    who: Any
    day: date
    new_users: int | None = None
    active_users: int | None = None
    paid: Decimal | None = None
    currency: str = ""
    source: Any = None


@dataclass(frozen=True)
class Unit:
    """What one is worth from a day on."""

    metric: str
    amount: Decimal
    currency: str
    since: date


@dataclass(frozen=True)
class Line:
    """One figure of one result; ``value`` None: it counts zero, and ``why`` says what is missing."""

    brought: Brought
    metric: str
    figure: Decimal
    value: Decimal | None
    unit: Unit | None = None
    why: str = ""


@dataclass
class Worth:
    """The sum, its lines, and those of them that counted zero for want of a unit value or a rate."""

    value: Decimal = ZERO
    new_users: int = 0
    active_users: int = 0
    paid: Decimal = ZERO
    lines: list[Line] = field(default_factory=list)

    @property
    def lacking(self) -> list[Line]:
        return [line for line in self.lines if line.value is None]

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.value += line.value or ZERO
        if line.metric == NEW_USERS:
            self.new_users += int(line.figure)
        elif line.metric == ACTIVE_USERS:
            self.active_users += int(line.figure)
        else:
            self.paid += line.value or ZERO


def unit_on(units: Iterable[Unit], metric: str, day: date) -> Unit | None:
    """The unit value of that day: the latest that began by then, of equal days the later given."""
    standing = [one for one in units if one.metric == metric and one.since <= day]
    return max(enumerate(standing), key=lambda at: (at[1].since, at[0]))[1] if standing else None


def lines_of(brought: Brought, units: Iterable[Unit], convert: Convert) -> list[Line]:
    """Each figure that is there and not zero: counts at their unit value, a paid amount at itself."""
    units = list(units)
    found = []
    for metric, count in ((NEW_USERS, brought.new_users), (ACTIVE_USERS, brought.active_users)):
        if count:
            found.append(
                _counted(brought, metric, Decimal(count), unit_on(units, metric, brought.day), convert)
            )
    if brought.paid:
        value = convert(brought.paid, brought.currency, brought.day)
        found.append(Line(brought, PAID, brought.paid, value, why="" if value is not None else NO_RATE))
    return found


def _counted(brought: Brought, metric: str, figure: Decimal, unit: Unit | None, convert: Convert) -> Line:
    if unit is None:
        return Line(brought, metric, figure, None, why=NO_UNIT_VALUE)
    value = convert(EXACT.multiply(figure, unit.amount), unit.currency, brought.day)
    return Line(brought, metric, figure, value, unit, "" if value is not None else NO_RATE)
