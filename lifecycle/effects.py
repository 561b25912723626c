"""Effects of used slots, from the own-platform figures of whoever held the accounts then (DOMAIN 5.5)."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.shapes import Number
from lifecycle.models import Booking
from lifecycle.resources import RESOURCES
from lifecycle.rules import effect as rules
from lifecycle.rules.effect import Effect
from profiles.models import Platform, Snapshot
from profiles.rules.flow import Figure

DAYS = policy.declare(
    "resource_effect_days",
    14,
    _("Effect of a resource: figures of that long before, against after"),
    _("days"),
    section=RESOURCES,
    shape=Number(7, 90),
)
FIGURES = policy.declare(
    "resource_effect_figures",
    3,
    _("Effect of a resource: figures that each side needs"),
    _("figures"),
    section=RESOURCES,
    shape=Number(2, 30),
    help=_("With fewer none is stated, and it is said why."),
)


def effects_of(bookings: Iterable[Booking], on: date) -> dict[UUID, Effect]:
    """By booking, of those that are used; the figures of all of them in one query."""
    used = [row for row in bookings if row.used_on is not None]
    if not used:
        return {}
    rules_now = policy.current()
    days, least = rules_now.get(DAYS), rules_now.get(FIGURES)
    figures = _figures(used, timedelta(days=days))
    return {
        row.pk: rules.effect(figures.get(row.kol_id, {}), row.used_on, on, days=days, least=least)
        for row in used
    }


def _figures(used: list[Booking], reach: timedelta) -> dict[UUID, dict[UUID, list[Figure]]]:
    """By file and account, from the first day before to the last day after."""
    days = [row.used_on for row in used]
    rows = Snapshot.objects.of({row.kol_id for row in used}).with_holder()
    rows = rows.filter(
        standing=True,
        account__platform=Platform.OWN,
        metric__in=rules.METRICS,
        start__gte=min(days) - reach,
        end__lte=max(days) + reach,
    )
    found: dict[UUID, dict[UUID, list[Figure]]] = {}
    told = rows.values_list("holder", "account", "metric", "value", "start", "end", "source")
    for holder, account, metric, value, start, end, source in told:
        figure = Figure(metric, value, start, end, source, account)
        found.setdefault(holder, {}).setdefault(account, []).append(figure)
    return found
