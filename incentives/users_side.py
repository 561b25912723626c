"""The users' side beside the return: answers, helpful content, complaints (DOMAIN 6.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from incentives.rules.payback import Month, month_after
from kol_crm.core import installation, policy
from lifecycle.models import Conflict
from profiles.rules import metric as m
from profiles.rules.flow import Figure, window_flow
from profiles.services import figure_policy
from profiles.services.standing import figures_of

METRICS = (m.ANSWERS, m.RETURNING_INTERACTIONS, m.COMPLAINTS)
LABELS = {
    m.ANSWERS: m.LABELS[m.ANSWERS],
    m.RETURNING_INTERACTIONS: _("Helpful content: interactions from returning fans"),
    m.COMPLAINTS: m.LABELS[m.COMPLAINTS],
}


@dataclass(frozen=True)
class UsersMonth:
    """Of the own platform, in one month; None is unknown. ``conflicts`` began in it."""

    first: date
    figures: Mapping[str, Decimal | None]
    conflicts: int


def of(kol: UUID, months: Sequence[Month]) -> list[UsersMonth]:
    """Beside each month that is over: flows of the own accounts (DOMAIN 3.4). Three queries."""
    over = [one for one in months if one.is_over]
    if not over:
        return []
    end = month_after(over[-1].first) - timedelta(days=1)
    flows = figure_policy.flow(policy.current())
    accounts = figures_of([kol], end, end - over[0].first + timedelta(days=8))[kol][True]
    figures = [figure for rows in accounts.values() for figure in rows]
    began = Conflict.objects.filter(kol=kol).values_list("created_at", flat=True)
    days = [installation.day(moment).replace(day=1) for moment in began]
    return [
        UsersMonth(
            one.first,
            {name: _flow(figures, name, one.first, flows) for name in METRICS},
            days.count(one.first),
        )
        for one in over
    ]


def _flow(figures: Sequence[Figure], metric: str, first: date, flows) -> Decimal | None:
    return window_flow(figures, metric, first, month_after(first) - timedelta(days=1), flows).value
