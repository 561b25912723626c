"""Items of running plans that fall due, for Today and next due (DOMAIN 6.2, 8.1)."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives import given_items
from incentives.models import IncentivePlan, PlanItem
from kol_crm.core import wording
from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource
from profiles.models import Kol, Stage

KIND = "plan_item"
LONGEST_WHY = 90


def _open() -> QuerySet:
    """Dated items of running plans of which nothing was given yet."""
    rows = PlanItem.objects.filter(plan__state=IncentivePlan.State.ACTIVE, due_on__isnull=False)
    return given_items.untouched(rows.exclude(plan__kol__stage=Stage.DEPARTED))


def _due(user, until: date, without: Collection[str] = ()) -> QuerySet:
    files = Kol.objects.active().filter(owner=user)
    rows = _open().filter(plan__kol__in=files, due_on__lte=until)
    return rows.exclude(pk__in=without) if without else rows


def why(item: PlanItem) -> str:
    """Fee · ¥1,280."""
    amount = item.amount and wording.money(item.amount, item.currency, wording.babel_locale())
    return Truncator(" · ".join(filter(None, (item.what, amount)))).chars(LONGEST_WHY)


def _rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
    found = _due(user, until, without).select_related("plan__kol").order_by("due_on", "id")[:limit]
    return [
        DueRow(
            key=f"{KIND}:{item.pk}",
            kind=KIND,
            icon="hand-heart",
            kind_label=_("Plan item"),
            subject=item.plan.kol,
            why=why(item),
            due=item.due_on,
            action=_("Give"),
            detail_url=address_of("incentives:item-give", item.pk),
        )
        for item in found
    ]


def dates(files: QuerySet) -> QuerySet:
    """What it hands in for next due."""
    return _open().filter(plan__kol__in=files).order_by().values_list("plan__kol", "due_on")


ITEMS = DueSource(label=gettext_lazy("Plan items"), rows=_rows, waiting=_due)
