"""A computed figure that explains itself: its value, the parts it was made of, and what was missing."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

Number = Decimal | float | int
Text = str | Promise  # a lazy translation is put into words when it is shown


@dataclass(frozen=True)
class Part:
    """One line of an explanation.

    `points` of `weight` is what the part gave to a weighted score; `limit` and `passed` tell of a part that
    is held against a limit instead. None means "does not apply" or, for `value` and `passed`, "unknown".
    """

    key: str
    label: Text
    value: Number | str | date | None
    points: Number | None = None
    weight: Number | None = None
    note: Text = ""
    limit: Number | None = None
    passed: bool | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": str(self.label),
            "value": plain(self.value),
            "points": plain(self.points),
            "weight": plain(self.weight),
            "note": str(self.note),
            "limit": plain(self.limit),
            "passed": self.passed,
        }


@dataclass(frozen=True)
class Score:
    """A figure with its parts. `value` None = unknown, never zero; `missing` names the keys not there."""

    value: Decimal | None
    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "value": plain(self.value),
            "parts": [part.as_json() for part in self.parts],
            "missing": list(self.missing),
        }


def plain(value: Any) -> Any:
    """As JSON knows it: whole decimals become integers, other decimals floats, days ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, float)) else str(value)
