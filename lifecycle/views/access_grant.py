"""Access grants: the list and panel, one of them, given, extended, withdrawn (DOMAIN 5.5)."""

from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from lifecycle.forms.growing import AccessForm, WithdrawForm
from lifecycle.growing_lists import ACCESS
from lifecycle.models import AccessGrant
from lifecycle.services import access_grant as verbs
from lifecycle.views import beside, chips
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this access but not change it.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def access_list(request):
    return lists.render_list(request, ACCESS, _list_context)


def _list_context(listing) -> dict:
    return {
        "states": chips.single(listing, "state", AccessGrant.State.choices),
        "day": listing.filterset.day,
    }


@require_http_methods(METHODS)
def access_create(request, pk: UUID):
    kol = kol_or_404(request.user, pk, EDIT)
    form = AccessForm(request.POST if request.method == "POST" else None, level=kol.level)
    return side.answer(
        request,
        kol,
        form,
        lambda _values: verbs.grant(page_actor(request), kol, form.facts),
        title=_("Grant access"),
        note=_("It is withdrawn by itself once their level no longer holds."),
        done=_("Access is granted."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
    )


@require_http_methods(METHODS)
def access_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = AccessForm(request.POST if request.method == "POST" else None, row=row)
    return side.answer(
        request,
        row.kol,
        form,
        lambda values: verbs.edit(page_actor(request), row, form.facts, values["version"]),
        title=_("Extend or shorten access"),
        done=_("Saved."),
        back=_page(row),
    )


@require_safe
def access_detail(request, pk: UUID):
    return _show(request, _found(request, pk))


@require_POST
def access_withdraw(request, pk: UUID):
    row = _found(request, pk, EDIT)
    return beside.step(
        request,
        WithdrawForm(request.POST),
        lambda **values: verbs.withdraw(page_actor(request), row, **values),
        lambda **context: _show(request, _found(request, pk), **context),
        _page(row),
        _("Access is withdrawn."),
        reverse("lifecycle:access-give-back", args=[row.pk]),
    )


@require_POST
def access_give_back(request, pk: UUID):
    row = _found(request, pk, EDIT)
    return beside.undo(
        request,
        lambda: verbs.give_back(page_actor(request), row),
        _page(row),
        _("Access is given back."),
        lambda **context: _show(request, _found(request, pk), **context),
    )


def _page(row: AccessGrant) -> str:
    return reverse("lifecycle:access-detail", args=[row.pk])


def _found(request, pk: UUID, action: str = VIEW) -> AccessGrant:
    rows = AccessGrant.objects.select_related(
        "kol__owner", "kol__main_field", "kol__team", "author", "withdrawn_by"
    )
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _show(request, row: AccessGrant, *, form=None, problem="", status=200):
    context = {
        "row": row,
        "kol": row.kol,
        "may_edit": may(request.user, row.kol, EDIT),
        "withdrawing": form if form is not None else WithdrawForm(initial={"version": row.version}),
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/access/_detail.html" if request.htmx else "lifecycle/access/detail.html"
    return render(request, part, context, status=status)
