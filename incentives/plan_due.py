"""What plans offer for Today: those to approve, and what falls due under running ones (DOMAIN 6.2, 8.1)."""

from collections.abc import Collection, Iterator
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import IncentivePlan, PlanItem
from kol_crm.core import installation
from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource, narrowed
from profiles.models import Kol, Stage

APPROVE, ITEM = "plan_approval", "plan_item"


def _to_approve(user, _until: date, without: Collection[str] = ()):
    rows = IncentivePlan.objects.to_approve(user)
    return narrowed(rows, without)


def _approvals(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> Iterator[DueRow]:
    found = _to_approve(user, until, without).select_related("kol", "submitted_by")
    return (
        DueRow(
            key=f"{APPROVE}:{plan.pk}",
            kind=APPROVE,
            icon="shield-check",
            kind_label=_("To approve"),
            subject=plan.kol,
            why=_("%(who)s asks to go outside policy: %(why)s")
            % {"who": plan.submitted_by or _("The system"), "why": plan.reason},
            due=installation.day(plan.submitted_at),
            action=_("Decide"),
            detail_url=address_of("incentives:plan-detail", plan.pk),
        )
        for plan in found.order_by("submitted_at", "id")[:limit]
    )


def open_items() -> QuerySet[PlanItem]:
    """Items of running plans with a payment not given yet; to the departed none is."""
    rows = PlanItem.objects.filter(plan__state=IncentivePlan.State.ACTIVE, next_on__isnull=False)
    return rows.exclude(plan__kol__stage=Stage.DEPARTED)


def _items(user, until: date, without: Collection[str] = ()):
    files = Kol.objects.active().filter(owner=user)
    rows = open_items().filter(plan__kol__in=files, next_on__lte=until)
    return narrowed(rows, without)


def _item_rows(user, _day: date, until: date, limit: int, without: Collection[str] = ()) -> Iterator[DueRow]:
    found = _items(user, until, without).select_related("plan__kol")
    return (
        DueRow(
            key=f"{ITEM}:{item.pk}",
            kind=ITEM,
            icon="hand-heart",
            kind_label=_("Plan item"),
            subject=item.plan.kol,
            why=_("%(what)s is due under “%(plan)s”") % {"what": item.what, "plan": item.plan.title},
            due=item.next_on,
            action=_("Give"),
            detail_url=address_of("incentives:item-give", item.pk),
        )
        for item in found.order_by("next_on", "id")[:limit]
    )


def dates(files: QuerySet) -> QuerySet:
    """What plans hand in for next due: the next payment of an open item (DOMAIN 3.13)."""
    return open_items().filter(plan__kol__in=files).order_by().values_list("plan__kol", "next_on")


APPROVALS = DueSource(gettext_lazy("Plans to approve"), _approvals, _to_approve, personal=True)
ITEMS = DueSource(gettext_lazy("Plan items"), _item_rows, _items)
