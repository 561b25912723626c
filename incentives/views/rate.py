"""The rates at which is converted: all that were entered, and a new one (DOMAIN 6.3)."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from incentives.forms.ledger import RateForm
from incentives.models import ExchangeRate
from incentives.services import rate as verbs
from incentives.views.ledger import today
from kol_crm.core import installation
from kol_crm.core.doors import page_actor
from profiles.views import side

A_PAGE = 100


@require_safe
def rate_list(request):
    """Newest day first; of two of one day the upper counts."""
    _demand(request)
    rows = ExchangeRate.objects.select_related("author").order_by("-day", "-pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "base": installation.currency()}
    return render(request, "incentives/rate/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rate_create(request):
    _demand(request)
    return side.answer(
        request,
        None,
        RateForm(request.POST if request.method == "POST" else None, day=today()),
        lambda values: verbs.add(page_actor(request), values),
        title=_("New rate"),
        note=_("What stands in the ledger keeps the rate with which it was written."),
        done=_("The rate is entered."),
        back=reverse("incentives:rate-list"),
    )


def _demand(request) -> None:
    if not verbs.may_add(request.user):
        raise PermissionDenied(_("Rates are kept by managers and finance."))
