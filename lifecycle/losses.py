"""Losses expected in the next quarter, per field (DOMAIN 4.1, 7.7).

Until an app above knows better (``expected.register``): as many as left in a quarter of the last four.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from kol_crm.core import clock, installation
from kol_crm.core.extension import Replaceable
from kol_crm.core.score import Text
from lifecycle.models import LOST_FROM, Move

ACTIVE = LOST_FROM
QUARTERS = 4


class Losses(NamedTuple):
    """How many, and what that rests on."""

    value: Decimal
    note: Text = ""


Provider = Callable[[Collection[UUID], date], Mapping[UUID, Losses]]


def quarter_start(day: date, back: int = 0) -> date:
    """The first day of the calendar quarter that many quarters before the one of ``day``."""
    quarters = day.year * QUARTERS + (day.month - 1) // 3 - back
    return date(quarters // QUARTERS, quarters % QUARTERS * 3 + 1, 1)


def departures(fields: Collection[UUID], day: date) -> QuerySet[Move]:
    """Losses of the last four whole quarters (5.1)."""
    zone = installation.zone()
    start, end = (clock.local_to_utc(quarter_start(day, back), time.min, zone) for back in (QUARTERS, 0))
    return Move.objects.losses().filter(
        at__gte=start,
        at__lt=end,
        kol__main_field__in=fields,
        kol__merged_into=None,
    )


def by_departures(fields: Collection[UUID], day: date) -> Mapping[UUID, Losses]:
    """Departures of the last four quarters ÷ 4."""
    counts = dict(departures(fields, day).values_list("kol__main_field").annotate(Count("pk")).order_by())
    return {
        field: Losses(Decimal(counts.get(field, 0)) / QUARTERS, _("departures of the last four quarters ÷ 4"))
        for field in fields
    }


expected: Replaceable[Provider] = Replaceable("expected losses", by_departures)
