"""Pages of CooperationPlans: list and panel, one plan, editor, steps, comparison, print (DOMAIN 4.7)."""

from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import lists
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle import cooperation_pdf, cooperation_words, next_step
from lifecycle.cooperation_list import COOPERATIONS
from lifecycle.first_words import language_of
from lifecycle.forms.cooperation import CooperationEditor, RefuseForm, SendForm, StepForm
from lifecycle.models import CooperationPart, CooperationPlan, CooperationVersion
from lifecycle.services import cooperation as verbs
from profiles.models import Kol
from profiles.models.querysets import EDIT, VIEW
from profiles.services import one_voice
from profiles.services.access import kol_or_404, may, row_or_404
from profiles.services.one_voice import SecondVoice

REFUSAL = gettext_noop("You may see this plan but not change it.")
STEP_WORDS = {
    "send": gettext_lazy("The plan is sent."),
    "negotiate": gettext_lazy("Negotiating: the plan can be edited again."),
    "agree": gettext_lazy("The plan is agreed."),
    "refuse": gettext_lazy("The refusal is kept, with its date to look again."),
}
FORMS: dict[str, type[StepForm]] = {"send": SendForm, "refuse": RefuseForm}


@require_safe
def plan_list(request):
    return lists.render_list(request, COOPERATIONS, _list_context)


def _list_context(listing) -> dict:
    chosen = set(listing.params.getlist("state"))
    return {
        "states": [
            {
                "label": label,
                "url": listing.url(state=None if value in chosen else value),
                "on": value in chosen,
            }
            for value, label in CooperationPlan.State.choices
        ]
    }


@require_http_methods(["GET", "HEAD", "POST"])
def plan_create(request, pk: UUID):
    """A new plan for the file ``pk``."""
    kol = kol_or_404(request.user, pk, EDIT, Kol.objects.select_related("owner", "main_field"))
    data = request.POST if request.method == "POST" else None
    asked = request.GET.get("candidate", "")
    editor = CooperationEditor(data, kol=kol, user=request.user, candidate=asked)
    if data is not None and editor.is_valid():
        try:
            plan = verbs.create(page_actor(request), kol, editor.facts, editor.parts)
        except ValidationError as error:
            editor.add_error(error)
        except Refused as refused:
            return _editor(request, kol, editor, problem=refused.message, status=409)
        else:
            return go_on(request, _url(plan), _("The plan is drafted."))
    return _editor(request, kol, editor)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_edit(request, pk: UUID):
    """The editor of a draft or a negotiated plan; a stale save keeps what was typed."""
    plan = _found(request, pk, EDIT)
    data = request.POST if request.method == "POST" else None
    editor = CooperationEditor(data, kol=plan.kol, user=request.user, plan=plan)
    if data is not None and editor.is_valid():
        try:
            verbs.edit(page_actor(request), plan, editor.facts, editor.parts, editor.version or 0)
        except ValidationError as error:
            editor.add_error(error)
        except Refused as refused:
            return _editor(request, plan.kol, editor, plan=plan, problem=refused.message, status=409)
        except Conflict as conflict:
            rebased = editor.rebased_on(conflict.current)
            theirs = conflict.current.versions.order_by("-number").first()
            return _editor(request, plan.kol, rebased, plan=plan, theirs=theirs, status=409)
        else:
            return go_on(request, _url(plan), _("Saved."))
    return _editor(request, plan.kol, editor, plan=plan)


@require_safe
def plan_detail(request, pk: UUID):
    return _detail(request, _found(request, pk))


@require_POST
def plan_step(request, pk: UUID, verb: str):
    """draft → sent → negotiating → agreed or refused, on the version that the page showed."""
    if verb not in verbs.STEPS:
        raise Http404
    plan = _found(request, pk, EDIT)
    form = FORMS.get(verb, StepForm)(request.POST)
    if not form.is_valid():
        return _detail(request, plan, form=form, verb=verb, status=422)
    values = dict(form.cleaned_data)
    try:
        getattr(verbs, verb)(page_actor(request), plan, **values)
    except SecondVoice as refused:
        form.add_error("voice_reason", refused.message)
        return _detail(request, plan, form=form, verb=verb, status=409)
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            form.add_error(name if name in form.fields else None, messages)
        return _detail(request, plan, form=form, verb=verb, status=422)
    except Refused as refused:
        return _detail(request, _found(request, pk), problem=refused.message, status=409)
    except Conflict:
        problem = _("Somebody changed the plan meanwhile. This is how it stands now.")
        return _detail(request, _found(request, pk), problem=problem, status=409)
    return go_on(request, _url(plan), STEP_WORDS[verb])


@require_safe
def plan_compare(request, pk: UUID):
    """Two kept versions, line by line: ``from`` and ``to`` are their numbers."""
    plan = _found(request, pk)
    kept = {row.number: row for row in plan.versions.select_related("user")}
    after = _version(kept, request.GET.get("to", ""), plan.number)
    before = _version(kept, request.GET.get("from", ""), max(after.number - 1, 1))
    context = {
        "plan": plan,
        "kol": plan.kol,
        "before": before,
        "after": after,
        "versions": list(kept.values()),
        "differs": cooperation_words.compare(before.content, after.content),
    }
    return render(request, "lifecycle/cooperation/compare.html", context)


@require_safe
def plan_print(request, pk: UUID):
    """The PDF of a version (``number``, the last one), in the KOL's language or that of ``language``."""
    plan = _found(request, pk)
    kept = {row.number: row for row in plan.versions.select_related("plan__kol")}
    version = _version(kept, request.GET.get("number", ""), plan.number)
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else language_of(plan.kol)
    answer = HttpResponse(cooperation_pdf.render(version, language), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="cooperation-plan-v{version.number}.pdf"'
    answer["Cache-Control"] = "no-store, private"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _version(kept: dict[int, CooperationVersion], asked: str, usual: int) -> CooperationVersion:
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else usual
    if (asked and not asked.isdecimal()) or number not in kept:
        raise Http404
    return kept[number]


def _found(request, pk: UUID, action: str = VIEW) -> CooperationPlan:
    rows = CooperationPlan.objects.select_related(
        "kol__owner", "kol__main_field", "kol__team", "author", "candidate__programme"
    )
    return row_or_404(rows, request.user, pk, action, _(REFUSAL))


def _url(plan: CooperationPlan) -> str:
    return reverse("lifecycle:cooperation-detail", args=[plan.pk])


def _editor(request, kol: Kol, editor: CooperationEditor, *, plan=None, problem="", theirs=None, status=0):
    context = {
        "kol": kol,
        "plan": plan,
        "editor": editor,
        "problem": problem,
        "theirs": cooperation_words.lines(theirs.content) if theirs else None,
    }
    usual = 422 if request.method == "POST" else 200
    return render(request, "lifecycle/cooperation/form.html", context, status=status or usual)


def _detail(request, plan: CooperationPlan, *, form=None, verb="", problem="", status=200):
    parts = list(plan.parts.select_related("need"))
    may_edit = may(request.user, plan.kol, EDIT)
    initial = {"version": plan.version}
    steps = verbs.steps_of(plan) if may_edit else []
    context = {
        "plan": plan,
        "kol": plan.kol,
        "sides": [
            (label, [part for part in parts if part.side == side])
            for side, label in CooperationPart.Side.choices
        ],
        "keeps": cooperation_words.keeps_words(verbs.content_of(plan)),
        "missing": verbs.missing(plan, parts) if "send" in steps else [],
        "steps": steps,
        "may_edit": may_edit and plan.state in verbs.EDITABLE_IN,
        "may_open_file": may(request.user, plan.kol, VIEW),
        "sending": form if verb == "send" else SendForm(initial=initial),
        "refusing": form if verb == "refuse" else RefuseForm(initial=initial),
        "onward": next_step.introduce(plan) if may_edit else None,
        "voice": one_voice.look(page_actor(request), plan.kol) if "send" in steps else None,
        "versions": list(plan.versions.select_related("user").order_by("-number")),
        "languages": [
            {"code": code, "label": label, "usual": code == language_of(plan.kol)}
            for code, label in settings.LANGUAGES
        ],
        "problem": problem,
    }
    return render(request, "lifecycle/cooperation/detail.html", context, status=status)
