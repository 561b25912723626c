"""How much of its ceilings a policy cell has used: what its KOLs were given this quarter (DOMAIN 6.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from incentives import rates
from incentives.models import Entry, IncentivePolicy
from incentives.rules.paying import Quarter
from kol_crm.core import exact, installation
from profiles.models import Kol, Level


@dataclass(frozen=True)
class Usage:
    """``given`` and ``ceiling``, of all KOLs of the cell together, in the installation's currency.

    ``without_rate``: entries that no rate converts; they are not in ``given``.
    """

    kols: int
    given: Decimal
    ceiling: Decimal
    without_rate: int

    @property
    def percent(self) -> int:
        return int(self.given * 100 / self.ceiling)

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "percent": self.percent}


def of(user, policy: IncentivePolicy | None, counts: Mapping[str, int], day: date) -> dict[str, Usage]:
    """By cell, of the files that ``user`` sees (``counts``: how many), as they stand today. Two queries.

    Cells without a KOL or a ceiling are left out, and all of them where no rate converts the version.
    """
    base, found = installation.currency(), {}
    written = (policy.currency if policy else "") or base
    known = rates.load([written])
    given = _given(user, day, base)
    for key, cell in (policy.cells if policy else {}).items():
        one = known.convert(Decimal(cell["ceiling"] or 0), written, day)
        if one and (kols := counts.get(key, 0)):
            amount, without = given.get(key, (Decimal(0), 0))
            found[key] = Usage(kols, amount, one * kols, without)
    return found


def _given(user, day: date, base: str) -> dict[str, tuple[Decimal, int]]:
    quarter = Quarter.of(day)
    rows = Entry.objects.filter(kol__in=Kol.objects.visible_to(user))
    rows = rows.filter(given_on__gte=quarter.first_day, given_on__lt=quarter.after.first_day).order_by()
    in_base = Q(converted__isnull=False, converted_to=base)
    sums = rows.values_list("kol__stage", "kol__level").annotate(
        units=exact.total("converted", filter=in_base), without=Count("pk", filter=~in_base)
    )
    found: dict[str, tuple[Decimal, int]] = {}
    for stage, level, units, without in sums:
        key = f"{stage}.{level or Level.NANO}"
        amount, others = found.get(key, (Decimal(0), 0))
        found[key] = amount + exact.amount(units), others + without
    return found
