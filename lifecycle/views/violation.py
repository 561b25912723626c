"""Violations: the list and panel, one of them with its decision, appeal and answer (DOMAIN 5.10)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
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
from kol_crm.core.errors import Conflict, Refused
from lifecycle.conduct_lists import VIOLATIONS
from lifecycle.forms.conduct import AnswerForm, AppealForm, DecideForm, ViolationForm
from lifecycle.models import Rule, Severity, Violation
from lifecycle.services import violation as verbs
from lifecycle.views import beside
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
    chosen = set(listing.params.getlist("state"))
    rule = listing.filterset.active.get("rule")
    return {
        "day": listing.filterset.day,
        "of_rule": rule,
        "without_rule_url": listing.url(rule=None),
        "states": [
            {
                "label": label,
                "url": listing.url(state=sorted(chosen ^ {value})),
                "on": value in chosen,
            }
            for value, label in Violation.State.choices
        ],
    }


@require_http_methods(METHODS)
def violation_create(request, pk: UUID):
    """Put one on the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT)
    form = ViolationForm(request.POST if request.method == "POST" else None, kol=kol, now=timezone.now())
    made = {}

    def act(values):
        made["row"] = verbs.record(page_actor(request), kol, form.facts, list(values["attachments"]))

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
    data = request.POST if request.method == "POST" else None
    form = ViolationForm(data, kol=row.kol, now=timezone.now(), violation=row)

    def act(values):
        chosen, version = list(values["attachments"]), values["version"] or 0
        verbs.edit(page_actor(request), row, form.facts, chosen, version)

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
    form = kind(request.POST)
    if not form.is_valid():
        return _detail(request, row, form=form, status=422)
    values = {name: value for name, value in form.cleaned_data.items() if name != "severity"}
    if verb == "penalise":
        values["severity"] = form.cleaned_data["severity"]
    try:
        act(page_actor(request), row, **values)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)
        return _detail(request, row, form=form, status=422)
    except PermissionDenied as refused:
        return _detail(request, row, form=form, problem=str(refused), status=403)
    except Refused as refused:
        return _detail(request, _found(request, pk), form=form, problem=refused.message, status=409)
    except Conflict:
        problem = _("Somebody changed it meanwhile. This is how it stands now; what you wrote is kept.")
        current = _found(request, pk)
        form.data = form.data.copy()
        form.data["version"] = str(current.version)
        return _detail(request, current, form=form, problem=problem, status=409)
    return beside.settled(request, _url(row), str(done))


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
    manager = request.user.is_manager or request.user.is_admin

    def shown(kind):
        return form if isinstance(form, kind) else kind(initial=initial)

    context = {
        "row": row,
        "kol": row.kol,
        "files": [one.attachment for one in row.files.select_related("attachment__file")],
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
        "terminates": row.severity == Severity.TERMINATED and row.state in Violation.STANDING,
        "may_terminate": manager,
        "problem": problem,
        "today": timezone.localdate(),
    }
    part = "lifecycle/violation/_detail.html" if request.htmx else "lifecycle/violation/detail.html"
    return render(request, part, context, status=status)
