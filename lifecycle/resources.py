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
    """``budget``: of all, None where none is set; ``special``: those of a team, a field or both. Without the
    first only who counts on one of the others can be booked.
    """

    month: date
    budget: Budget | None
    shares: Shares
    special: tuple[Budget, ...] = ()

    @property
    def currency(self) -> str:
        return self.budget.currency if self.budget else installation.currency()

    @property
    def tone(self) -> str:
        return "accent" if self.budget is None else self.budget.tone

    def as_json(self) -> dict[str, Any]:
        return {
            "month": f"{self.month:%Y-%m}",
            **_figures(self.budget),
            "special": [
                {"team": row.team and row.team.name, "field": row.field and row.field.slug, **_figures(row)}
                for row in self.special
            ],
            "initial_share": self.shares.as_json(),
        }


def _figures(row: Budget | None) -> dict[str, Any]:
    names = ("version", "amount", "currency", "committed", "left", "note")
    return {name: getattr(row, name) if row else None for name in names}


def month_of(day: date) -> date:
    return day.replace(day=1)


def least_share(rules: policy.Policy) -> Decimal:
    """In per cent."""
    return Decimal(rules.get(INITIAL_SHARE)) * 100


def months(wanted: Iterable[date]) -> list[Month]:
    """These months in their order; three queries, however many there are."""
    asked = list(wanted)
    general: dict[date, Budget] = {}
    special: dict[date, list[Budget]] = {}
    rows = Budget.objects.with_names().filter(month__in=asked)
    for row in rows.order_by("team__name", "field__position", "pk"):
        if row.of_whom:
            special.setdefault(row.month, []).append(row)
        else:
            general[row.month] = row
    sums: dict[date, dict[str, Decimal]] = {}
    for month, stage, total in Booking.objects.standing().sums_by_month(asked):
        sums.setdefault(month, {})[stage] = total
    least = least_share(policy.current())
    return [
        Month(one, general.get(one), shares(sums.get(one, {}), least), tuple(special.get(one, ())))
        for one in asked
    ]


def shares_with(month: date, stage: str = "", more: Decimal = ZERO) -> Shares:
    """How the month is shared, with ``more`` list value for a KOL in ``stage``."""
    rows = Booking.objects.standing().sums_by_month([month])
    return shares({one: total for _month, one, total in rows}, least_share(policy.current()), stage, more)


def percent_words(share: Decimal | None) -> str:
    """12.5 %; nothing yet is a dash."""
    return "–" if share is None else f"{wording.grouped(float(share), wording.babel_locale())} %"
