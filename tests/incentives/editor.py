"""The editor of a plan, for tests: a plan, what its form posts, what is written."""

from django.urls import reverse

from incentives.models import IncentivePlan, PlanItem
from incentives.services import plan as plans
from kol_crm.core.models import Change


def winter(actor, kol):
    item = {"kind": "material", "what": "Fee", "amount": "1280", "currency": "CNY", "due_on": "2026-12-01"}
    return plans.create(actor, kol, {"title": "Winter", "note": "Agreed by phone"}, [item])


def url(name, *args):
    return reverse(f"incentives:plan-{name}", args=args)


def typed(title="Spring", items=(("new1", {"kind": "knowledge", "what": "Course"}),), **values):
    """What the editor posts."""
    data = {"title": title, "note": "", "items": [index for index, _ in items], **values}
    for index, item in items:
        data |= {f"items-{index}-{name}": value for name, value in item.items()}
    return data


def standing(plan, **changes):
    """The plan's items as its editor shows them."""
    return [
        (str(n), {"id": item.pk, "kind": item.kind, "what": item.what, "pay": item.pay,
                  "amount": item.amount or "", "currency": item.currency,
                  "due_on": item.due_on or "", **changes})
        for n, item in enumerate(plan.items.all())
    ]  # fmt: skip


def written():
    rows = (IncentivePlan.objects.order_by("pk").values(), PlanItem.objects.order_by("pk").values())
    return [list(values) for values in rows], Change.objects.count()
