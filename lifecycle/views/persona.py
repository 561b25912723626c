"""The persona of a file: its versions compared, and the steps to approval (DOMAIN 5.5)."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.doors import page_actor
from lifecycle import measuring, persona_words
from lifecycle.days import installation_day
from lifecycle.forms.persona import DecideForm, PersonaForm, SendBackForm, StepForm
from lifecycle.growing_lists import PERSONAS
from lifecycle.models import Adjustment, Persona
from lifecycle.services import persona as verbs
from lifecycle.views import beside, chips
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this persona but not change it.")
METHODS = ["GET", "HEAD", "POST"]
STEPS = {
    "submit": (StepForm, verbs.submit, gettext_lazy("A manager is asked to approve it.")),
    "approve": (StepForm, verbs.approve, gettext_lazy("The persona is in force.")),
    "send_back": (SendBackForm, verbs.send_back, gettext_lazy("It is a draft again.")),
    "drop": (StepForm, verbs.drop, gettext_lazy("The draft is gone.")),
}


@require_safe
def persona_list(request):
    return lists.render_list(
        request, PERSONAS, lambda listing: {"states": chips.toggles(listing, "state", Persona.State.choices)}
    )


@require_safe
def persona(request, pk: UUID):
    """The persona of a file; for htmx the part beside the queue, with ``panel`` the one in the file."""
    kol = kol_or_404(request.user, pk, queryset=Kol.objects.select_related("owner", "main_field"))
    return show(request, kol)


@require_http_methods(METHODS)
def persona_create(request, pk: UUID):
    """The next version, which starts from the one in force."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = PersonaForm(request.POST if request.method == "POST" else None, former=verbs.in_force(kol))
    return side.answer(
        request,
        kol,
        form,
        lambda _values: verbs.draft(page_actor(request), kol, form.facts),
        title=_("Next version of the persona") if verbs.in_force(kol) else _("Design the persona"),
        note=_("A draft may have gaps; it is whole before a manager approves it."),
        done=_("The draft is kept."),
        back=page_of(kol.pk),
    )


@require_http_methods(METHODS)
def persona_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = PersonaForm(request.POST if request.method == "POST" else None, row=row)
    return side.answer(
        request,
        row.kol,
        form,
        lambda values: verbs.edit(page_actor(request), row, form.facts, values["version"]),
        title=_("Edit the draft"),
        done=_("Saved."),
        back=page_of(row.kol_id),
    )


@require_POST
def persona_step(request, pk: UUID, verb: str):
    if verb not in STEPS:
        raise Http404
    row = _found(request, pk, EDIT)
    form_class, act, done = STEPS[verb]
    return beside.step(
        request,
        form_class(request.POST),
        lambda **values: act(page_actor(request), row, **values),
        lambda **context: show(request, row.kol, **context),
        page_of(row.kol_id),
        done,
    )


@require_safe
def persona_compare(request, pk: UUID):
    """Two versions, line by line: ``from`` and ``to`` are their numbers."""
    kol = kol_or_404(request.user, pk)
    kept = {row.number: row for row in Persona.objects.filter(kol=kol)}
    after = _numbered(kept, request.GET.get("to", ""), max(kept, default=0))
    before = _numbered(kept, request.GET.get("from", ""), max(after.number - 1, min(kept)))
    context = {
        "kol": kol,
        "before": before,
        "after": after,
        "versions": list(kept.values()),
        "differs": persona_words.compare(before, after),
    }
    return render(request, "lifecycle/persona/compare.html", context)


def page_of(kol_id: UUID) -> str:
    return reverse("lifecycle:persona", args=[kol_id])


def show(request, kol: Kol, *, form=None, problem="", status=200):
    """The persona as it stands; ``form``: one that was refused, with what was typed."""
    versions = list(Persona.objects.filter(kol=kol).for_list())
    opened = next((row for row in versions if row.state in Persona.OPEN), None)
    in_force = next((row for row in versions if row.state == Persona.State.APPROVED), None)
    tried = list(
        Adjustment.objects.filter(kol=kol)
        .select_related("former", "trial", "author", "decided_by")
        .order_by("-created_at", "-id")
    )
    may_edit = may(request.user, kol, EDIT)
    actor = page_actor(request)
    trial = next((row for row in tried if row.is_open), None)
    day = installation_day(timezone.now())
    context = {
        "kol": kol,
        "versions": versions,
        "opened": opened,
        "in_force": in_force,
        "shown": [(row, persona_words.lines(row)) for row in (opened, in_force) if row],
        "missing": verbs.missing(opened) if opened and opened.state == Persona.State.DRAFT else [],
        "why_not": verbs.why_not_approve(actor, opened) if opened and may_edit else "",
        "tried": tried,
        "trial": trial,
        "waits_for_figure": bool(trial and measuring.missing(kol, [trial], day)),
        "may_edit": may_edit,
        "sending_back": form if isinstance(form, SendBackForm) else SendBackForm(),
        "deciding": form if isinstance(form, DecideForm) else DecideForm(),
        "problem": problem,
        "today": timezone.localdate(),
    }
    if "panel" in request.GET:
        part = "lifecycle/persona/_panel.html"
    else:
        part = "lifecycle/persona/_detail.html" if request.htmx else "lifecycle/persona/detail.html"
    return render(request, part, context, status=status)


def _found(request, pk: UUID, action: str = VIEW) -> Persona:
    rows = Persona.objects.select_related(
        "kol__owner", "kol__main_field", "kol__team", "author", "submitted_by"
    )
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _numbered(kept: dict[int, Persona], asked: str, usual: int) -> Persona:
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else usual
    if (asked and not asked.isdecimal()) or number not in kept:
        raise Http404
    return kept[number]
