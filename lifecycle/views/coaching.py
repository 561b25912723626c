"""Coaching plans: the list and panel, one plan with its sessions and figures (DOMAIN 5.5)."""

from uuid import UUID

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from lifecycle import measuring
from lifecycle.days import installation_day
from lifecycle.forms.growing import CloseCoachingForm, CoachingForm, HoldForm, VersionForm
from lifecycle.growing_lists import COACHING
from lifecycle.models import CoachingPlan, CoachingSession
from lifecycle.services import coaching as verbs
from lifecycle.views import beside, chips
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this coaching but not change it.")
METHODS = ["GET", "HEAD", "POST"]


@require_safe
def coaching_list(request):
    return lists.render_list(
        request,
        COACHING,
        lambda listing: {"states": chips.single(listing, "state", CoachingPlan.State.choices)},
    )


@require_http_methods(METHODS)
def coaching_create(request, pk: UUID):
    """Begin one on the file ``pk``; its figures are fixed as they stand."""
    kol = kol_or_404(request.user, pk, EDIT)
    data = request.POST if request.method == "POST" else None
    form = CoachingForm(data, kol=kol, day=installation_day(timezone.now()))

    def act(_values):
        facts = {name: form.facts[name] for name in ("title", "aim")}
        return verbs.begin(page_actor(request), kol, facts, form.pairs)

    return side.answer(
        request,
        kol,
        form,
        act,
        title=_("Begin a coaching"),
        done=_("The coaching is begun: plan its sessions."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
        onward=page_of,
    )


@require_http_methods(METHODS)
def coaching_edit(request, pk: UUID):
    row = found(request, pk, EDIT)
    data = request.POST if request.method == "POST" else None
    form = CoachingForm(data, row=row, kol=row.kol, day=installation_day(timezone.now()))
    return side.answer(
        request,
        row.kol,
        form,
        lambda values: verbs.edit(page_actor(request), row, form.facts, values["version"]),
        title=_("Edit the coaching"),
        done=_("Saved."),
        back=page_of(row),
    )


@require_safe
def coaching_detail(request, pk: UUID):
    return show(request, found(request, pk))


@require_POST
def coaching_close(request, pk: UUID):
    row = found(request, pk, EDIT)
    return beside.step(
        request,
        CloseCoachingForm(request.POST),
        lambda **values: verbs.close(page_actor(request), row, **values),
        lambda **context: show(request, found(request, pk), **context),
        page_of(row),
        _("The coaching is closed."),
    )


def page_of(plan: CoachingPlan) -> str:
    return reverse("lifecycle:coaching-detail", args=[plan.pk])


def found(request, pk: UUID, action: str = VIEW) -> CoachingPlan:
    rows = CoachingPlan.objects.select_related("kol__owner", "kol__main_field", "kol__team", "author")
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _holding(session: CoachingSession, refused) -> HoldForm:
    if isinstance(refused, HoldForm) and refused.session == session.pk:
        return refused
    return HoldForm(session=session.pk)


def show(request, row: CoachingPlan, *, form=None, problem="", status=200):
    """The plan as it stands; ``form``: one that was refused, with what was typed."""
    figures = list(row.figures.all())
    day = installation_day(timezone.now())
    now = measuring.readings(row.kol, day) if row.is_open else {}
    lacking = measuring.missing(row.kol, figures, day) if row.is_open else []
    context = {
        "row": row,
        "kol": row.kol,
        "sessions": [(one, _holding(one, form)) for one in row.sessions.select_related("held_by")],
        "figures": [(one, now.get((one.account_id, one.metric)), one in lacking) for one in figures],
        "lacking": lacking,
        "may_edit": may(request.user, row.kol, EDIT) and row.is_open,
        "marking": VersionForm(),
        "closing": form if isinstance(form, CloseCoachingForm) else CloseCoachingForm(),
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/coaching/_detail.html" if request.htmx else "lifecycle/coaching/detail.html"
    return render(request, part, context, status=status)
