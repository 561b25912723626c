"""A score of 0–100 from weighted parts: what is missing is left out, the rest rescaled (DOMAIN 7.6, 7.7)."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from kol_crm.core.score import Number, Part, Score, Text

WHOLE = Decimal(100)
NONE, ALL = Decimal(0), Decimal(1)


class Weighed(NamedTuple):
    """One part: ``share`` of its ``weight`` from 0 to 1, None where its data is missing.

    ``value`` is what the share was worked out from, as its reader knows it; ``note`` says how.
    """

    key: str
    label: Text
    weight: Number
    share: Decimal | None
    value: Number | str | None = None
    note: Text = ""


def bounded(share: Decimal) -> Decimal:
    """Never below nothing nor above the whole."""
    return min(max(share, NONE), ALL)


def weigh(parts: Iterable[Weighed]) -> Score:
    """100 × Σ points ÷ Σ weights of the parts that are known, rounded half up; unknown without any."""
    parts = tuple(parts)
    known = [part for part in parts if part.share is not None]
    weights = sum((Decimal(str(part.weight)) for part in known), NONE)
    shown = tuple(
        Part(part.key, part.label, part.value, _points(part), part.weight, part.note) for part in parts
    )
    missing = tuple(part.key for part in parts if part.share is None)
    if not weights:
        return Score(None, shown, missing)
    points = sum((one for part in known if (one := _points(part)) is not None), NONE)
    return Score((WHOLE * points / weights).quantize(ALL, ROUND_HALF_UP), shown, missing)


def _points(part: Weighed) -> Decimal | None:
    return None if part.share is None else Decimal(str(part.weight)) * part.share
