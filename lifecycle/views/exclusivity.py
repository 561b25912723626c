"""The exclusivity register: list and panel, one of them with reminder, renewal and end (DOMAIN 5.6)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from lifecycle.days import installation_day
from lifecycle.exclusivity_lists import EXCLUSIVITIES
from lifecycle.forms.exclusivity import EndForm, ExclusivityForm, RenewForm, SeenForm
from lifecycle.models import CHANNELS, Exclusivity
from lifecycle.services import exclusivity as verbs
from lifecycle.views import beside, chips, proof
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this exclusivity but not change it.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def exclusivity_list(request):
    return lists.render_list(request, EXCLUSIVITIES, _list_context)


def _list_context(listing) -> dict:
    return {
        "day": listing.filterset.day,
        "states": chips.toggles(listing, "state", Exclusivity.State.choices),
        "channels": chips.toggles(listing, "channel", CHANNELS),
        "chosen_channels": [label for value, label in CHANNELS if value in listing.params.getlist("channel")],
        "without_channel_url": listing.url(channel=None),
    }


@require_http_methods(METHODS)
def exclusivity_create(request, pk: UUID):
    """Put one on the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = ExclusivityForm(*proof.sent(request), kol=kol)

    def act(_values):
        return verbs.record(page_actor(request), kol, form.facts, **form.proofs)

    return side.answer(
        request,
        kol,
        form,
        act,
        title=_("New exclusivity"),
        done=_("The exclusivity is on record."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
    )


@require_http_methods(METHODS)
def exclusivity_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = ExclusivityForm(*proof.sent(request), kol=row.kol, row=row)

    def act(values):
        verbs.edit(page_actor(request), row, form.facts, version=values["version"] or 0, **form.proofs)

    return side.answer(
        request, row.kol, form, act, title=_("Edit the exclusivity"), done=_("Saved."), back=_url(row)
    )


@require_safe
def exclusivity_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def exclusivity_remove(request, pk: UUID):
    """Noted by mistake."""
    row = _found(request, pk, EDIT)
    try:
        verbs.remove(page_actor(request), row)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    tab = reverse("profiles:kol-cooperation", args=[row.kol_id])
    return go_on(request, tab, _("Removed. It stays in the history."))


def _renew(actor, row, values) -> None:
    more = {name: values[name] for name in ("evidence", "links")}
    verbs.renew(actor, row, values["ends_on"], more, values["version"], values["uploads"])


STEPS = {
    "renew": (RenewForm, _renew, gettext_lazy("Renewed: it goes on from the day after.")),
    "end": (
        EndForm,
        lambda actor, row, values: verbs.end(actor, row, **values),
        gettext_lazy("It has ended."),
    ),
    "seen": (
        SeenForm,
        lambda actor, row, values: verbs.seen(actor, row, **values),
        gettext_lazy("Noted. You are reminded again."),
    ),
}


@require_POST
def exclusivity_step(request, pk: UUID, verb: str):
    """Renew it, end it in advance, or note its reminder."""
    if verb not in STEPS:
        raise Http404
    row = _found(request, pk, EDIT)
    kind, act, done = STEPS[verb]

    return beside.step(
        request,
        kind(request.POST, request.FILES),
        lambda **values: act(page_actor(request), row, values),
        lambda **context: _detail(request, _found(request, pk), **context),
        _url(row),
        done,
    )


def _found(request, pk: UUID, action: str = VIEW) -> Exclusivity:
    rows = Exclusivity.objects.for_list().select_related("kol__main_field", "kol__team")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Exclusivity) -> str:
    return reverse("lifecycle:exclusivity-detail", args=[row.pk])


def _detail(request, row: Exclusivity, *, form=None, problem="", status=200):
    day = installation_day(timezone.now())
    may_edit = may(request.user, row.kol, EDIT)
    state = row.state_on(day)
    living = may_edit and row.ended_on is None
    initial = {"version": row.version}

    def shown(kind):
        return form if isinstance(form, kind) else kind(initial=initial)

    context = {
        "row": row,
        "kol": row.kol,
        "state": state,
        "state_label": Exclusivity.State(state).label,
        "files": proof.files_of(row),
        "may_edit": may_edit,
        "renewing": shown(RenewForm) if living and row.renewal is None else None,
        "ending": shown(EndForm) if living and row.ends_on > day else None,
        "noting": shown(SeenForm) if living and row.due_on and row.due_on <= day else None,
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/exclusivity/_detail.html" if request.htmx else "lifecycle/exclusivity/detail.html"
    return render(request, part, context, status=status)
