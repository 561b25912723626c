"""Adjustments of the persona: begun, kept, reverted on the page of the persona (DOMAIN 5.6)."""

from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kol_crm.core.doors import page_actor
from lifecycle.days import installation_day
from lifecycle.forms.persona import AdjustmentForm, DecideForm
from lifecycle.models import Adjustment
from lifecycle.services import adjustment as verbs
from lifecycle.services import persona as personas
from lifecycle.views import beside
from lifecycle.views.persona import METHODS, REFUSAL, page_of, show
from profiles.models.querysets import EDIT
from profiles.services.access import kol_or_404, row_or_404
from profiles.views import side

STEPS = {
    "keep": (verbs.keep, gettext_lazy("It is kept: a manager is asked to approve the next version.")),
    "revert": (verbs.revert, gettext_lazy("The former persona stands.")),
}


@require_http_methods(METHODS)
def adjustment_create(request, pk: UUID):
    kol = kol_or_404(request.user, pk, EDIT)
    former = personas.in_force(kol)
    day = installation_day(timezone.now())
    form = AdjustmentForm(request.POST if request.method == "POST" else None, kol=kol, day=day, former=former)
    return side.answer(
        request,
        kol,
        form,
        lambda _values: verbs.begin(page_actor(request), kol, form.words, form.changed, form.pair),
        title=_("Try a change of the persona"),
        note=_("Change below what is to be tried. The figure is read again when you decide."),
        done=_("The trial begins."),
        back=page_of(kol.pk),
    )


@require_POST
def adjustment_decide(request, pk: UUID, verb: str):
    if verb not in STEPS:
        raise Http404
    rows = Adjustment.objects.select_related("kol__owner", "kol__main_field", "kol__team")
    row = row_or_404(rows, request.user, pk, EDIT, REFUSAL)
    act, done = STEPS[verb]
    return beside.step(
        request,
        DecideForm(request.POST),
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: show(request, row.kol, **context),
        page_of(row.kol_id),
        done,
    )
