"""Buyout or share: from which sales on the share costs as much as the fee would (DOMAIN 6.4).

Money is exact: a point between two cents is the first cent at which the share reaches the fee.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, localcontext
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.score import Part, Score

AT, NONE, NEVER, FIRST = "at", "none", "never", "first"
LOW, NORMAL, HIGH = "low", "usual", "high"
SHARE, BUYOUT, EQUAL = "share", "buyout", "equal"
ZERO, CENT, HUNDRED = Decimal(0), Decimal("0.01"), Decimal(100)
DIGITS = 40  # more than two amounts of 14 digits multiplied have


@dataclass(frozen=True)
class Share:
    """A part of sales in per cent, at least the floor and at most the cap where there is one."""

    rate: Decimal
    floor: Decimal = ZERO
    cap: Decimal | None = None

    def of(self, sales: Decimal) -> Decimal:
        """What it pays for these sales, to the cent."""
        with localcontext(prec=DIGITS):
            raw = (sales * self.rate / HUNDRED).quantize(CENT, ROUND_HALF_UP)
        paid = max(raw, self.floor)
        return paid if self.cap is None else min(paid, self.cap)


@dataclass(frozen=True)
class BreakEven:
    """``kind`` says whether there is such a point; only with ``at`` is ``sales`` known."""

    kind: str
    score: Score

    @property
    def sales(self) -> Decimal | None:
        return self.score.value

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.score.as_json()}


def break_even(fee: Decimal, share: Share) -> BreakEven:
    """Fee ÷ rate; without a rate none, with the cap below the fee never, with the floor at it at once."""
    kind = _kind(fee, share)
    sales = ZERO if kind == FIRST else None
    if kind == AT:
        with localcontext(prec=DIGITS):
            sales = (fee * HUNDRED / share.rate).quantize(CENT, ROUND_CEILING)
    parts = (
        Part("fee", _("Fee of the buyout"), fee),
        Part("rate", _("Rate, %"), share.rate),
        Part("floor", pgettext_lazy("share terms", "At least"), share.floor),
        Part("cap", pgettext_lazy("share terms", "At most"), share.cap),
    )
    return BreakEven(kind, Score(sales, parts))


def _kind(fee: Decimal, share: Share) -> str:
    if not share.rate:
        return NONE
    if share.cap is not None and share.cap < fee:
        return NEVER
    return FIRST if share.floor >= fee else AT


@dataclass(frozen=True)
class Scenario:
    """What the share pays for such sales, and which of the two costs less."""

    name: str
    sales: Decimal
    paid: Decimal
    fee: Decimal

    @property
    def difference(self) -> Decimal:
        """By how much the share costs more than the fee; below zero it costs less."""
        return self.paid - self.fee

    @property
    def cheaper(self) -> str:
        if not self.difference:
            return EQUAL
        return SHARE if self.difference < 0 else BUYOUT

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "sales": str(self.sales),
            "paid": str(self.paid),
            "difference": str(self.difference),
            "cheaper": self.cheaper,
        }


def scenario(name: str, sales: Decimal, fee: Decimal, share: Share) -> Scenario:
    return Scenario(name, sales, share.of(sales), fee)


def scenarios(history: Sequence[Decimal], fee: Decimal, share: Share) -> list[Scenario]:
    """The lowest, the middle and the highest of what came in before; none without a history."""
    if not history:
        return []
    middle = Decimal(median(history)).quantize(CENT, ROUND_HALF_UP)
    told = ((LOW, min(history)), (NORMAL, middle), (HIGH, max(history)))
    return [scenario(name, sales, fee, share) for name, sales in told]
