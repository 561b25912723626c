"""Budgets by month, with what is committed and how it is shared (DOMAIN 5.5)."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core.doors import page_actor
from kol_crm.core.months import following
from lifecycle import resources
from lifecycle.days import installation_day
from lifecycle.forms.resource import BudgetForm
from lifecycle.models import Budget
from lifecycle.resource_history import told
from lifecycle.services import budget as verbs
from lifecycle.services import slot as slots
from lifecycle.services.reaching import demand_files
from profiles.views import side

SHOWN = 36
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def budget_list(request):
    """This month and the next, set or not, and all that were set."""
    demand_files(request.user)
    this = resources.month_of(installation_day(timezone.now()))
    known = Budget.objects.order_by("-month").values_list("month", flat=True).distinct()[:SHOWN]
    months = sorted({*known, this, following(this)}, reverse=True)
    found = resources.months(months)
    context = {
        "months": found,
        "history": told([row for month in found for row in (month.budget, *month.special) if row]),
        "this": this,
        "may_keep": slots.may_keep(request.user),
    }
    return render(request, "lifecycle/budget/list.html", context)


@require_http_methods(METHODS)
def budget_create(request):
    """For a month that has none, or another amount for one that has."""
    _demand_keeper(request.user)
    asked = request.GET.get("month", "")
    month = _month(asked) if asked else resources.month_of(installation_day(timezone.now()))
    return _answer(request, BudgetForm(_posted(request), user=request.user, month=month))


@require_http_methods(METHODS)
def budget_edit(request, pk: UUID):
    demand_files(request.user)
    row = Budget.objects.with_names().filter(pk=pk).first()
    if row is None:
        raise Http404
    _demand_keeper(request.user)
    return _answer(request, BudgetForm(_posted(request), user=request.user, month=row.month, budget=row))


def _answer(request, form: BudgetForm):
    return side.answer(
        request,
        None,
        form,
        lambda values: verbs.set_budget(page_actor(request), **values),
        title=_("Budget of a month"),
        note=_("Bookings of slots that begin in it are refused beyond it."),
        done=_("The budget is set."),
        back=reverse("lifecycle:budget-list"),
    )


def _month(asked: str) -> date:
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError as error:
        raise Http404 from error


def _posted(request):
    return request.POST if request.method == "POST" else None


def _demand_keeper(user) -> None:
    demand_files(user)
    if not slots.may_keep(user):
        raise PermissionDenied(_("Inventory and budgets are kept by managers."))
