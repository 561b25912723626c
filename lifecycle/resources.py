"""The inventory of a month: its budget, what is booked, how it is shared by stage (DOMAIN 5.5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from kol_crm.core import installation, policy, wording
from kol_crm.core.shapes import Share
from lifecycle.models import Booking, Budget
from lifecycle.rules.share import ZERO, Shares, shares

RESOURCES = policy.Section("resources", _("Resources"), 27)
INITIAL_SHARE = policy.declare(
    "resource_initial_share",
    "0.2",
    _("Of a month’s list value goes to KOLs in initial, at least"),
    section=RESOURCES,
    shape=Share(),
    help=_("Below it every booking for somebody else warns, and is made only when it is confirmed."),
)


@dataclass(frozen=True)
class Month:
    """``budget`` None: none is set, and nothing can be booked."""

    month: date
    budget: Budget | None
    shares: Shares

    @property
    def currency(self) -> str:
        return self.budget.currency if self.budget else installation.currency()

    @property
    def tone(self) -> str:
        """How far it is committed: over nine tenths is nearly all."""
        if self.budget is None or self.budget.percent < 70:
            return "accent"
        return "bad" if self.budget.percent > 90 else "warn"

    def as_json(self) -> dict[str, Any]:
        row = self.budget
        told: dict[str, Any] = dict.fromkeys(("version", "amount", "currency", "committed", "left", "note"))
        if row is not None:
            told = {name: getattr(row, name) for name in told}
        return {"month": f"{self.month:%Y-%m}", **told, "initial_share": self.shares.as_json()}


def month_of(day: date) -> date:
    return day.replace(day=1)


def least_share(rules: policy.Policy) -> Decimal:
    """In per cent."""
    return Decimal(rules.get(INITIAL_SHARE)) * 100


def months(wanted: Iterable[date]) -> list[Month]:
    """These months in their order; three queries, however many there are."""
    asked = list(wanted)
    budgets = {row.month: row for row in Budget.objects.filter(month__in=asked)}
    sums: dict[date, dict[str, Decimal]] = {}
    for month, stage, total in Booking.objects.standing().sums_by_month(asked):
        sums.setdefault(month, {})[stage] = total
    least = least_share(policy.current())
    return [Month(one, budgets.get(one), shares(sums.get(one, {}), least)) for one in asked]


def shares_with(month: date, stage: str = "", more: Decimal = ZERO) -> Shares:
    """How the month is shared, with ``more`` list value for a KOL in ``stage``."""
    rows = Booking.objects.standing().sums_by_month([month])
    return shares({one: total for _month, one, total in rows}, least_share(policy.current()), stage, more)


def percent_words(share: Decimal | None) -> str:
    """12.5 %; nothing yet is a dash."""
    return "–" if share is None else f"{wording.grouped(float(share), wording.babel_locale())} %"
