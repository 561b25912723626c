"""The accounts of a file with their figures, and figures that come in by hand (DOMAIN 3.4–3.8)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Refused
from profiles import holders, level_chart, level_story
from profiles.forms.figures import FanForm, FigureForm
from profiles.models import Snapshot
from profiles.models.querysets import EDIT
from profiles.performance import fans_of, performance_of
from profiles.services import fans as fan_verbs
from profiles.services import figures as verbs
from profiles.services.access import kol_or_404
from profiles.views import head, side

FAN_REPORTS = 10


@require_safe
def performance(request, pk: UUID):
    kol = head.shown(request, pk)
    context = head.context(request, kol, "performance")
    explained, day = context["card"].explained, context["day"]
    context["accounts"] = performance_of(kol, explained, day)
    context["holders"] = holders.of_file(kol, request.user)
    for one in context["accounts"]:
        one.holders = context["holders"].present.get(one.account.pk, [])
    context["unentered"] = any(one.account.followers is None for one in context["accounts"])
    context["levels"] = levels = level_story.story(kol)
    context["level_finding"] = level_chart.finding(levels)
    context["level_chart"] = level_chart.chart(levels, day)
    context["fan_reports"] = list(kol.fan_reports.select_related("estimator")[:FAN_REPORTS])
    context["fans"] = fans_of(kol, context["fan_reports"], explained, day)
    return render(request, "profiles/kol/performance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, pk: UUID):
    """One figure by hand; the toast takes it back."""
    kol = kol_or_404(request.user, pk, EDIT)
    initial = {"end": timezone.localdate(), "account": request.GET.get("account")}
    form = FigureForm(request.POST if request.method == "POST" else None, kol=kol, initial=initial)

    def act(values):
        if values["figure"].end > timezone.localdate():
            raise ValidationError({"end": _("A figure cannot lie in the future.")})
        return verbs.record(page_actor(request), [values["figure"]])

    def undo(recorded: verbs.Recorded) -> str:
        if not recorded.added:
            return ""
        return reverse("profiles:figure-take-back", args=[kol.pk, recorded.added[0].pk])

    back = reverse("profiles:kol-performance", args=[kol.pk])
    return side.answer(
        request, kol, form, act, title=_("Add a figure"), done=_("The figure is in."), back=back, undo=undo
    )


@require_POST
def take_back(request, pk: UUID, snapshot: UUID):
    """By its writer within ten minutes, or by a manager (DOMAIN 3.12)."""
    kol = kol_or_404(request.user, pk)
    row = Snapshot.objects.filter(account__kol=kol, pk=snapshot, standing=True).first()
    if row is None:
        raise Http404
    back = reverse("profiles:kol-performance", args=[kol.pk])
    try:
        verbs.withdraw(page_actor(request), row)
    except Refused as refused:
        return go_on(request, back, refused.message, error=True)
    return go_on(request, back, _("The figure is taken back."))


@require_http_methods(["GET", "HEAD", "POST"])
def fans(request, pk: UUID):
    """Fan quality as of a day."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = FanForm(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})

    def act(_values):
        fan_verbs.report(page_actor(request), kol, form.values())

    return side.answer(request, kol, form, act, title=_("Fan quality"), done=_("Saved."))
