"""Platform roles: who has which, giving, extending and ending one (DOMAIN 5.8)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from lifecycle.forms.privilege import EndForm, ExtendForm, RoleForm
from lifecycle.models import PlatformRole
from lifecycle.privilege_lists import ROLE_STATES, ROLES
from lifecycle.services import platform_role as verbs
from lifecycle.views import beside, chips
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this file but not do this.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def role_list(request):
    return lists.render_list(request, ROLES, _list_context)


def _list_context(listing) -> dict:
    return {
        "day": listing.filterset.day,
        "states": chips.single(listing, "state", ROLE_STATES),
        "roles": chips.toggles(listing, "role", PlatformRole.Role.choices),
    }


@require_http_methods(METHODS)
def give(request, pk: UUID):
    """To the KOL of the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)

    def act(values):
        days = (values["since"], values["until"])
        return verbs.give(page_actor(request), kol, values["role"], *days, values["note"])

    return side.answer(
        request,
        kol,
        RoleForm(request.POST if request.method == "POST" else None),
        act,
        title=_("Give a platform role"),
        done=_("They have the role."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
    )


@require_safe
def role_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def role_extend(request, pk: UUID):
    return _step(request, pk, ExtendForm(request.POST), verbs.extend, _("The role is extended."))


@require_POST
def role_end(request, pk: UUID):
    return _step(request, pk, EndForm(request.POST), verbs.end, _("The role is over."))


def _step(request, pk: UUID, form, act: Callable[..., Any], done: str):
    row = _found(request, pk, EDIT)
    return beside.step(
        request,
        form,
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: _detail(request, _found(request, pk), **context),
        reverse("lifecycle:platform-role-detail", args=[row.pk]),
        done,
    )


def _found(request, pk: UUID, action: str = VIEW) -> PlatformRole:
    rows = PlatformRole.objects.select_related(
        "kol__owner", "kol__main_field", "kol__team", "granted_by", "ended_by"
    )
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _detail(request, row: PlatformRole, *, form=None, problem="", status=200):
    shown = {"version": row.version}
    context = {
        "row": row,
        "kol": row.kol,
        "may_edit": may(request.user, row.kol, EDIT),
        "extending": form if isinstance(form, ExtendForm) else ExtendForm(initial=shown),
        "ending": form if isinstance(form, EndForm) else EndForm(initial=shown),
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/platform_role/_detail.html" if request.htmx else "lifecycle/platform_role/detail.html"
    return render(request, part, context, status=status)
