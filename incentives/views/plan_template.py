"""Plan templates: the list, the editor, and what a new plan begins with (DOMAIN 6.2)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from incentives.forms.plan_template import TemplateEditor
from incentives.models import PlanTemplate
from incentives.services import plan_template as verbs
from kol_crm.core import installation
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from profiles.models import Kol

HOME = "incentives:plan-template-list"


@require_safe
def template_list(request):
    rows = PlanTemplate.objects.select_related("kol_type", "author")
    context = {"templates": rows, "may_write": verbs.may_write(request.user)}
    return render(request, "incentives/plan_template/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def template_create(request):
    _demand(request)
    editor = TemplateEditor(request.POST if request.method == "POST" else None)
    return _answer(request, editor, None, lambda: verbs.create(page_actor(request), editor.facts))


@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request, pk: UUID):
    template = get_object_or_404(PlanTemplate, pk=pk)
    _demand(request)
    editor = TemplateEditor(request.POST if request.method == "POST" else None, template=template)
    return _answer(
        request,
        editor,
        template,
        lambda: verbs.edit(page_actor(request), template, editor.facts, editor.version),
    )


@require_POST
def template_remove(request, pk: UUID):
    template = get_object_or_404(PlanTemplate, pk=pk)
    _demand(request)
    version = request.POST.get("version", "")
    try:
        verbs.remove(page_actor(request), template, int(version) if version.isdecimal() else 0)
    except Conflict as conflict:
        problem = _("Somebody changed it meanwhile. This is how it stands now.")
        editor = TemplateEditor(template=conflict.current)
        return _page(request, editor, conflict.current, problem=problem, status=409)
    messages.success(request, _("The template is gone."))
    return redirect(HOME)


def templates_for(kol: Kol) -> list[PlanTemplate]:
    """Those for this stage and type, and those for any."""
    fits = Q(stage__in=("", kol.stage)) & (Q(kol_type=None) | Q(kol_type=kol.type_id))
    return list(PlanTemplate.objects.filter(fits))


def begun(request, kol: Kol):
    """Facts and items that a new plan starts with: of the template, or of the kind that was proposed."""
    asked = request.GET.get("template", "")
    template = next((row for row in templates_for(kol) if str(row.pk) == asked), None) if asked else None
    if template is not None:
        day = installation.day(timezone.now())
        return {"title": template.title, "note": template.note}, verbs.begin(template, day)
    kind, need = request.GET.get("kind", ""), request.GET.get("need", "")
    return ({}, [{"kind": kind, "need": need}]) if kind else None


def _demand(request) -> None:
    if not verbs.may_write(request.user):
        raise PermissionDenied(_("Managers write the templates of plans."))


def _answer(request, editor: TemplateEditor, template, act):
    if request.method == "POST" and editor.is_valid():
        try:
            act()
        except ValidationError as error:
            editor.add_error(error)
        except Conflict as conflict:
            problem = _("Somebody changed it meanwhile. What you typed is kept; save again to put it on top.")
            editor.form.data = editor.form.data.copy()
            editor.form.data["version"] = str(conflict.current.version)
            return _page(request, editor, conflict.current, problem=problem, status=409)
        else:
            messages.success(request, _("Saved."))
            return redirect(HOME)
    return _page(request, editor, template, status=422 if request.method == "POST" else 200)


def _page(request, editor: TemplateEditor, template, *, problem="", status=200):
    context = {"editor": editor, "template": template, "problem": problem}
    return render(request, "incentives/plan_template/form.html", context, status=status)
