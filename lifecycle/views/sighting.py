"""Sightings of breach: the list and panel, one of them with its decision (DOMAIN 5.6)."""

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
from lifecycle.exclusivity_lists import SIGHTINGS
from lifecycle.forms.exclusivity import SightingForm, WhyForm
from lifecycle.models import Exclusivity, Sighting
from lifecycle.services import sighting as verbs
from lifecycle.views import beside, chips, proof
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this sighting but not change it.")
METHODS = ["GET", "HEAD", "POST"]
STEPS = {
    "confirm": (verbs.confirm, gettext_lazy("Confirmed. The KOL is stopped until a manager decides.")),
    "dismiss": (verbs.dismiss, gettext_lazy("Dismissed: that is on record.")),
}


@require_safe
def sighting_list(request):
    return lists.render_list(request, SIGHTINGS, _list_context)


def _list_context(listing) -> dict:
    return {
        "day": listing.filterset.day,
        "states": chips.toggles(listing, "state", Sighting.State.choices),
    }


@require_http_methods(METHODS)
def sighting_create(request, pk: UUID):
    """Something was seen of the KOL of the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = SightingForm(*proof.sent(request), kol=kol, day=timezone.localdate())

    def act(values):
        return verbs.record(page_actor(request), values["exclusivity"], form.facts, **form.proofs)

    bound = Exclusivity.objects.filter(kol=kol).exists()
    return side.answer(
        request,
        kol,
        form,
        act,
        title=_("Record a breach that was seen"),
        note="" if bound else _("No exclusivity is on record: note it first."),
        done=_("The sighting is on record."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
    )


@require_http_methods(METHODS)
def sighting_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = SightingForm(*proof.sent(request), kol=row.kol, day=timezone.localdate(), row=row)

    def act(values):
        verbs.edit(page_actor(request), row, form.facts, version=values["version"] or 0, **form.proofs)

    return side.answer(
        request, row.kol, form, act, title=_("Edit the sighting"), done=_("Saved."), back=_url(row)
    )


@require_safe
def sighting_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def sighting_remove(request, pk: UUID):
    """Noted by mistake, while it is undecided."""
    row = _found(request, pk, EDIT)
    try:
        verbs.remove(page_actor(request), row)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    tab = reverse("profiles:kol-cooperation", args=[row.kol_id])
    return go_on(request, tab, _("Removed. It stays in the history."))


@require_POST
def sighting_step(request, pk: UUID, verb: str):
    """Confirm or dismiss, on the version that the page showed."""
    if verb not in STEPS:
        raise Http404
    row = _found(request, pk, EDIT)
    act, done = STEPS[verb]

    return beside.step(
        request,
        WhyForm(request.POST),
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: _detail(request, _found(request, pk), **context),
        _url(row),
        done,
    )


def _found(request, pk: UUID, action: str = VIEW) -> Sighting:
    rows = Sighting.objects.for_list().select_related("kol__main_field", "kol__team")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Sighting) -> str:
    return reverse("lifecycle:sighting-detail", args=[row.pk])


def _detail(request, row: Sighting, *, form=None, problem="", status=200):
    may_edit = may(request.user, row.kol, EDIT)
    context = {
        "row": row,
        "kol": row.kol,
        "files": proof.files_of(row),
        "may_edit": may_edit,
        "deciding": (form or WhyForm(initial={"version": row.version})) if may_edit and row.is_open else None,
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/sighting/_detail.html" if request.htmx else "lifecycle/sighting/detail.html"
    return render(request, part, context, status=status)
