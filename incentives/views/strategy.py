"""Strategy adjustments: the list and panel, one of them until it is said what happened (DOMAIN 6.8)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incentives.forms.strategy import GroupForm, SettleForm, StrategyForm
from incentives.models import Strategy
from incentives.services import strategy as verbs
from incentives.strategy_lists import KINDS, STRATEGIES
from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from lifecycle.views import beside, chips
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may_create, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this adjustment but not change it.")
METHODS = ["GET", "HEAD", "POST"]
FROM_ADDRESS = ("cohort", "stage", "level")


@require_safe
def strategy_list(request):
    return lists.render_list(request, STRATEGIES, _list_context)


def _list_context(listing) -> dict:
    return {
        "day": listing.filterset.day,
        "states": chips.single(listing, "state", Strategy.State.choices),
        "kinds": chips.single(listing, "about", KINDS),
        "may_create": may_create(listing.filterset.user),
    }


@require_http_methods(METHODS)
def strategy_create(request, pk: UUID):
    """For the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = StrategyForm(request.POST if request.method == "POST" else None)
    return side.answer(
        request,
        kol,
        form,
        lambda values: verbs.decide(page_actor(request), kol, values),
        title=_("Adjust the strategy"),
        note=_("When its day comes, Today asks what happened."),
        done=_("The adjustment is on record."),
        back=reverse("profiles:kol-incentives", args=[kol.pk]),
    )


@require_http_methods(METHODS)
def strategy_group(request):
    """For a cohort, a stage, a level."""
    if not may_create(request.user):
        raise PermissionDenied(_("Only those who work with KOL files adjust the strategy."))
    given = {name: request.GET[name] for name in FROM_ADDRESS if name in request.GET}
    form = GroupForm(request.POST if request.method == "POST" else None, user=request.user, initial=given)
    return side.answer(
        request,
        None,
        form,
        lambda values: verbs.decide(page_actor(request), None, values),
        title=_("Adjust the strategy of a group"),
        note=_("When its day comes, Today asks what happened."),
        done=_("The adjustment is on record."),
        back=reverse("incentives:strategy-list"),
    )


@require_http_methods(METHODS)
def strategy_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = StrategyForm(request.POST if request.method == "POST" else None, strategy=row)

    def act(values):
        facts = {name: value for name, value in values.items() if name != "version"}
        verbs.edit(page_actor(request), row, facts, values["version"] or 0)

    return side.answer(
        request, row.kol, form, act, title=_("Edit the adjustment"), done=_("Saved."), back=_url(row)
    )


@require_safe
def strategy_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def strategy_settle(request, pk: UUID):
    undo = reverse("incentives:strategy-reopen", args=[pk])
    return _step(request, pk, SettleForm(request.POST), verbs.settle, _("It is on record."), undo)


@require_POST
def strategy_reopen(request, pk: UUID):
    row = _found(request, pk, EDIT)
    return beside.undo(
        request,
        lambda: verbs.reopen(page_actor(request), row),
        _url(row),
        _("It runs again."),
        lambda **context: _detail(request, _found(request, pk), **context),
    )


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


def _found(request, pk: UUID, action: str = VIEW) -> Strategy:
    return row_or_404(Strategy.objects.for_list(), request.user, pk, action, REFUSAL)


def _url(row: Strategy) -> str:
    return reverse("incentives:strategy-detail", args=[row.pk])


def _detail(request, row: Strategy, *, form=None, problem="", status=200):
    context = {
        "row": row,
        "kol": row.kol,
        "may_edit": Strategy.objects.visible_to(request.user, EDIT).filter(pk=row.pk).exists(),
        "form": form or SettleForm(initial={"version": row.version}),
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "incentives/strategy/_detail.html" if request.htmx else "incentives/strategy/detail.html"
    return render(request, part, context, status=status)
