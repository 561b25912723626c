"""Stops: the list and panel, one of them with its exposure and the manager's decision (DOMAIN 5.6)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import installation, lists
from kol_crm.core.doors import page_actor
from lifecycle import exposure
from lifecycle.days import installation_day
from lifecycle.exclusivity_lists import STOPS
from lifecycle.forms.exclusivity import TerminateForm, WhyForm
from lifecycle.look_again import look_again_default
from lifecycle.models import Stop
from lifecycle.services import stop as verbs
from lifecycle.views import beside, chips
from profiles.models import Stage, StopMark
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import may, row_or_404

REFUSAL = gettext_lazy("You may see this stop but not decide on it.")
STEPS = {
    "reinstate": (WhyForm, verbs.reinstate, gettext_lazy("Reinstated: the stop has ended.")),
    "terminate": (TerminateForm, verbs.terminate, gettext_lazy("Terminated: the KOL has departed.")),
}


@require_safe
def stop_list(request):
    return lists.render_list(request, STOPS, _list_context)


def _list_context(listing) -> dict:
    standing = listing.params.get("standing")
    return {
        "day": listing.filterset.day,
        "causes": chips.toggles(listing, "cause", StopMark.choices),
        "only_standing": standing == "true",
        "standing_url": listing.url(standing=None if standing == "true" else "true"),
    }


@require_safe
def stop_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def stop_step(request, pk: UUID, verb: str):
    """A manager's decision, on the version that the page showed."""
    if verb not in STEPS:
        raise Http404
    row = _found(request, pk, EDIT)
    kind, act, done = STEPS[verb]

    return beside.step(
        request,
        kind(request.POST),
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: _detail(request, _found(request, pk), **context),
        _url(row),
        done,
    )


def _found(request, pk: UUID, action: str = VIEW) -> Stop:
    rows = Stop.objects.for_list().select_related("kol__main_field", "kol__team", "violation__rule")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Stop) -> str:
    return reverse("lifecycle:stop-detail", args=[row.pk])


def _detail(request, row: Stop, *, form=None, problem="", status=200):
    manager = request.user.is_manager or request.user.is_admin
    decides = row.stands and manager and may(request.user, row.kol, EDIT)
    departed = row.kol.stage == Stage.DEPARTED
    day = installation_day(timezone.now())

    def shown(kind, **more):
        return form if type(form) is kind else kind(initial={"version": row.version, **more})

    context = {
        "row": row,
        "kol": row.kol,
        "sightings": row.sightings.select_related("exclusivity").order_by("seen_on", "id"),
        "exposure": exposure.of(row.kol),
        "currency": installation.currency(),
        "reinstating": shown(WhyForm) if decides else None,
        "terminating": shown(TerminateForm, look_again_on=look_again_default(day))
        if decides and not departed
        else None,
        "waits": row.stands and not decides and not departed,
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/stop/_detail.html" if request.htmx else "lifecycle/stop/detail.html"
    return render(request, part, context, status=status)
