"""The accounts of a file with their figures, and figures that come in by hand (DOMAIN 3.4–3.8)."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core.doors import page_actor
from profiles.forms.figures import FanForm, FigureForm
from profiles.models.querysets import EDIT
from profiles.performance import performance_of
from profiles.services import fans as fan_verbs
from profiles.services import figures as verbs
from profiles.services.access import kol_or_404
from profiles.views import head, side


@require_safe
def performance(request, pk: UUID):
    kol = head.shown(request, pk)
    context = head.context(request, kol, "performance")
    context["accounts"] = performance_of(kol, context["card"].explained, context["day"])
    return render(request, "profiles/kol/performance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record(request, pk: UUID):
    """One figure by hand."""
    kol = kol_or_404(request.user, pk, EDIT)
    initial = {"end": timezone.localdate(), "account": request.GET.get("account")}
    form = FigureForm(request.POST if request.method == "POST" else None, kol=kol, initial=initial)

    def act(values):
        if values["figure"].end > timezone.localdate():
            raise ValidationError({"end": _("A figure cannot lie in the future.")})
        verbs.record(page_actor(request), [values["figure"]])

    back = reverse("profiles:kol-performance", args=[kol.pk])
    return side.answer(
        request, kol, form, act, title=_("Add a figure"), done=_("The figure is in."), back=back
    )


@require_http_methods(["GET", "HEAD", "POST"])
def fans(request, pk: UUID):
    """Fan quality as of a day."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = FanForm(request.POST if request.method == "POST" else None, initial={"on": timezone.localdate()})

    def act(values):
        fan_verbs.report(page_actor(request), kol, values)

    return side.answer(request, kol, form, act, title=_("Fan quality"), done=_("Saved."))
