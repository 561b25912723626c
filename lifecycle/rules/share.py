"""How a month's list value is shared by stage, and whether initial gets its part (DOMAIN 5.5, fairness)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from profiles.models import Stage

ORDER = (Stage.INTRODUCTION, Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
ZERO = Decimal(0)
TENTH, CENT = Decimal("0.1"), Decimal("0.01")  # as shown; as money is kept


@dataclass(frozen=True)
class Line:
    """One stage: its list value, its part of the whole in per cent (None: there is nothing yet)."""

    stage: Stage
    value: Decimal
    percent: Decimal | None


@dataclass(frozen=True)
class Shares:
    """What is booked and used in a month, against the least that goes to initial (per cent)."""

    total: Decimal
    lines: tuple[Line, ...]
    least: Decimal

    @property
    def initial(self) -> Line:
        return next(line for line in self.lines if line.stage == Stage.INITIAL)

    @property
    def is_low(self) -> bool:
        """Initial gets less than its part; of nothing nobody gets too little."""
        return self.total > 0 and self.initial.value * 100 < self.least * self.total

    def as_json(self) -> dict[str, Any]:
        """The share of initial with its arithmetic, as the API tells it."""
        return {
            "value": self.initial.percent,
            "least": self.least,
            "low": self.is_low,
            "parts": [
                {"key": line.stage.value, "value": line.value, "percent": line.percent} for line in self.lines
            ],
            "total": self.total,
        }


def shares(sums: Mapping[str, Decimal], least: Decimal, stage: str = "", more: Decimal = ZERO) -> Shares:
    """Of list values by stage; as they would be with ``more`` for a KOL in ``stage``. ``least``: per cent."""
    found = {one: (sums.get(one, ZERO) + (more if one == stage else ZERO)).quantize(CENT) for one in ORDER}
    total = sum(found.values(), ZERO.quantize(CENT))
    lines = tuple(Line(one, value, _percent(value, total)) for one, value in found.items())
    return Shares(total, lines, least)


def _percent(value: Decimal, total: Decimal) -> Decimal | None:
    return (value * 100 / total).quantize(TENTH) if total else None
