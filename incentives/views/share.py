"""Buyout or share: the calculator in the plan editor and beside a plan (DOMAIN 6.4)."""

from uuid import UUID

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from incentives import share_or_buyout
from incentives.forms.share import ShareForm
from incentives.models import IncentivePlan, Pay
from kol_crm.core import installation
from profiles.services.access import kol_or_404

ASKED = ("fee", "rate")


@require_safe
def share(request, pk: UUID):
    """Of the file ``pk``; with ``plan`` its shares fill the form, and what came of them stands beside."""
    kol = kol_or_404(request.user, pk)
    is_asked = any(request.GET.get(name) for name in ASKED)
    plan = _plan(request, kol.pk)
    form = ShareForm(request.GET if is_asked else None, initial=_initial(plan))
    found = None
    if is_asked and form.is_valid():
        found = share_or_buyout.calculate(
            kol.pk, form.cleaned_data["fee"], form.share, form.code, request.user
        )
    context = {"kol": kol, "form": form, "found": found, "plan": plan}
    if request.htmx and request.htmx.target == "share-result":
        return render(request, "incentives/value/_share_result.html", context)
    if plan is not None:
        context["actual"] = share_or_buyout.actual_of(plan, installation.day(timezone.now()), request.user)
    part = "incentives/value/_share.html" if request.htmx else "incentives/value/share.html"
    return render(request, part, context)


def _plan(request, kol: UUID) -> IncentivePlan | None:
    asked = request.GET.get("plan", "")
    try:
        pk = UUID(asked)
    except ValueError:
        return None
    rows = IncentivePlan.objects.visible_to(request.user).filter(kol=kol, pk=pk)
    return rows.prefetch_related("items").first()


def _initial(plan: IncentivePlan | None) -> dict:
    """The first share of the plan against the sum of its buyouts in that currency, if there are some."""
    items = list(plan.items.all()) if plan else []
    item = next((one for one in items if one.pay == Pay.SHARE), None)
    if item is None:
        return {}
    currency = item.currency or installation.currency()
    fees = [one.amount for one in items if one.pay == Pay.BUYOUT and one.amount and one.currency == currency]
    told = {"rate": item.rate, "floor": item.floor, "cap": item.cap, "currency": currency}
    return told | {"fee": sum(fees) or None}
