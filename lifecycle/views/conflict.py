"""Conflicts: the list and panel, one of them with its steps until it is closed (DOMAIN 5.10)."""

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
from kol_crm.core.errors import Refused
from lifecycle.conduct_lists import CONFLICTS
from lifecycle.forms.conduct import CloseForm, ConflictForm, FollowForm
from lifecycle.models import Conflict
from lifecycle.services import conflict as verbs
from lifecycle.views import beside
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this conflict but not change it.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def conflict_list(request):
    return lists.render_list(request, CONFLICTS, _list_context)


def _list_context(listing) -> dict:
    chosen = listing.params.get("state", "")
    return {
        "day": listing.filterset.day,
        "states": [
            {
                "label": label,
                "url": listing.url(state=None if value == chosen else value),
                "on": value == chosen,
            }
            for value, label in Conflict.State.choices
        ],
    }


@require_http_methods(METHODS)
def conflict_create(request, pk: UUID):
    """Note one on the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = ConflictForm(request.POST if request.method == "POST" else None)
    return side.answer(
        request,
        kol,
        form,
        lambda values: verbs.add(page_actor(request), kol, values),
        title=_("New conflict"),
        note=_("It stays on Today until it is closed."),
        done=_("The conflict is noted."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
    )


@require_http_methods(METHODS)
def conflict_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = ConflictForm(request.POST if request.method == "POST" else None, conflict=row)

    def act(values):
        facts = {name: value for name, value in values.items() if name != "version"}
        verbs.edit(page_actor(request), row, facts, values["version"] or 0)

    return side.answer(
        request, row.kol, form, act, title=_("Edit the conflict"), done=_("Saved."), back=_url(row)
    )


@require_safe
def conflict_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def conflict_follow(request, pk: UUID):
    return _step(request, pk, FollowForm(request.POST), verbs.follow, _("It is followed."))


@require_POST
def conflict_close(request, pk: UUID):
    undo = reverse("lifecycle:conflict-reopen", args=[pk])
    return _step(request, pk, CloseForm(request.POST), verbs.close, _("The conflict is closed."), undo)


@require_POST
def conflict_reopen(request, pk: UUID):
    row = _found(request, pk, EDIT)
    try:
        verbs.reopen(page_actor(request), row)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    return beside.settled(request, _url(row), _("It is open again."))


def _step(request, pk: UUID, form, act: Callable[..., Any], done: str, undo: str = ""):
    row = _found(request, pk, EDIT)
    return beside.step(
        request,
        form,
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: _detail(request, _found(request, pk), **context),
        _url(row),
        done,
        undo,
    )


def _found(request, pk: UUID, action: str = VIEW) -> Conflict:
    rows = Conflict.objects.select_related("kol__owner", "kol__main_field", "kol__team", "author")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Conflict) -> str:
    return reverse("lifecycle:conflict-detail", args=[row.pk])


def _detail(request, row: Conflict, *, form=None, problem="", status=200):
    initial = {"version": row.version}
    context = {
        "row": row,
        "kol": row.kol,
        "steps": list(row.steps.select_related("user").order_by("-at", "-id")),
        "may_edit": may(request.user, row.kol, EDIT),
        "following": form if isinstance(form, FollowForm) else FollowForm(initial=initial),
        "closing": form if isinstance(form, CloseForm) else CloseForm(initial=initial),
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/conflict/_detail.html" if request.htmx else "lifecycle/conflict/detail.html"
    return render(request, part, context, status=status)
