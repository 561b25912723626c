"""Violations: the list and panel, one of them with its decision, appeal and answer (DOMAIN 5.10)."""

from collections.abc import Callable
from typing import Any
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
from lifecycle.conduct_lists import VIOLATIONS
from lifecycle.forms.conduct import AnswerForm, AppealForm, DecideForm, ViolationForm
from lifecycle.models import Rule, Severity, Stop, Violation
from lifecycle.services import violation as verbs
from lifecycle.views import beside, chips, proof
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.views import side

REFUSAL = gettext_lazy("You may see this violation but not change it.")
METHODS = ["GET", "HEAD", "POST"]
STEPS: dict[str, tuple[type, Callable[..., Any], Any]] = {
    "penalise": (DecideForm, verbs.penalise, gettext_lazy("The penalty is on record.")),
    "dismiss": (DecideForm, verbs.dismiss, gettext_lazy("It was none: that is on record.")),
    "appeal": (AppealForm, verbs.appeal, gettext_lazy("The appeal is filed.")),
    "uphold": (AnswerForm, verbs.uphold, gettext_lazy("The penalty stands.")),
    "overturn": (AnswerForm, verbs.overturn, gettext_lazy("The penalty is void.")),
}


@require_safe
def violation_list(request):
    return lists.render_list(request, VIOLATIONS, _list_context)


def _list_context(listing) -> dict:
    return {
        "day": listing.filterset.day,
        "of_rule": listing.filterset.active.get("rule"),
        "without_rule_url": listing.url(rule=None),
        "states": chips.toggles(listing, "state", Violation.State.choices),
    }


@require_http_methods(METHODS)
def violation_create(request, pk: UUID):
    """Put one on the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = ViolationForm(*proof.sent(request), kol=kol, now=timezone.now())

    def act(_values):
        verbs.record(page_actor(request), kol, form.facts, **form.proofs)

    note = (
        ""
        if Rule.objects.in_force().exists()
        else _("There is no rule yet: a manager writes them in Settings.")
    )
    return side.answer(
        request,
        kol,
        form,
        act,
        title=_("Record a violation"),
        note=note,
        done=_("The violation is on record."),
        back=reverse("profiles:kol-cooperation", args=[kol.pk]),
    )


@require_http_methods(METHODS)
def violation_edit(request, pk: UUID):
    row = _found(request, pk, EDIT)
    form = ViolationForm(*proof.sent(request), kol=row.kol, now=timezone.now(), violation=row)

    def act(values):
        verbs.edit(page_actor(request), row, form.facts, version=values["version"] or 0, **form.proofs)

    return side.answer(
        request, row.kol, form, act, title=_("Edit the violation"), done=_("Saved."), back=_url(row)
    )


@require_safe
def violation_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def violation_remove(request, pk: UUID):
    """Noted by mistake, while it is undecided."""
    row = _found(request, pk, EDIT)
    try:
        verbs.remove(page_actor(request), row)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    tab = reverse("profiles:kol-cooperation", args=[row.kol_id])
    return go_on(request, tab, _("Removed. It stays in the history."))


@require_POST
def violation_step(request, pk: UUID, verb: str):
    """Penalty or none, appeal, answer: on the version that the page showed."""
    if verb not in STEPS:
        raise Http404
    row = _found(request, pk, EDIT)
    kind, act, done = STEPS[verb]
    of_penalty = () if verb == "penalise" else ("severity", "until")

    def run(**values):
        act(page_actor(request), row, **{n: v for n, v in values.items() if n not in of_penalty})

    return beside.step(
        request,
        kind(request.POST),
        run,
        lambda **context: _detail(request, _found(request, pk), **context),
        _url(row),
        done,
    )


def _found(request, pk: UUID, action: str = VIEW) -> Violation:
    rows = Violation.objects.select_related(
        "kol__owner", "kol__main_field", "kol__team", "author", "rule", "told", "decided_by", "answered_by"
    )
    return row_or_404(rows, request.user, pk, action, REFUSAL)


def _url(row: Violation) -> str:
    return reverse("lifecycle:violation-detail", args=[row.pk])


def _detail(request, row: Violation, *, form=None, problem="", status=200):
    may_edit = may(request.user, row.kol, EDIT)
    proposal = verbs.proposal(row) if row.is_open else None
    proposed = int(proposal.value) if proposal else row.proposed
    initial = {"version": row.version, "severity": proposed}

    def shown(kind):
        return form if isinstance(form, kind) else kind(initial=initial)

    context = {
        "row": row,
        "kol": row.kol,
        "files": proof.files_of(row),
        "may_edit": may_edit,
        "was_told": verbs.was_told(row) if row.is_open else row.told_id is not None,
        "proposal": proposal,
        "proposed": Severity(proposed) if proposed else None,
        "deciding": shown(DecideForm) if may_edit and row.is_open else None,
        "appealing": shown(AppealForm) if may_edit and row.state == Violation.State.PENALISED else None,
        "answering": shown(AnswerForm)
        if may_edit and row.state == Violation.State.APPEALED and verbs.may_answer(request.user, row)
        else None,
        "appealed": row.state == Violation.State.APPEALED,
        "stop": Stop.objects.filter(violation=row).first(),
        "terminated": row.move_id is not None and row.state in Violation.STANDING,
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/violation/_detail.html" if request.htmx else "lifecycle/violation/detail.html"
    return render(request, part, context, status=status)
