"""Rules: the settings page on which they are written, version by version (DOMAIN 5.10)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import rights, trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from lifecycle.forms.conduct import RuleForm
from lifecycle.models import Rule
from lifecycle.services import rule as verbs


@require_safe
def rule_list(request):
    """All of staff read the rules; who edits policy writes them."""
    rules = list(Rule.objects.all())
    context = {
        "in_force": [rule for rule in rules if not rule.retired],
        "retired": [rule for rule in rules if rule.retired],
        "may_edit": rights.edits_policy(request.user),
    }
    return render(request, "lifecycle/rule/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_create(request):
    rights.demand(request.user, rights.edits_policy)
    form = RuleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            rule = verbs.create(page_actor(request), form.facts)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The rule is in force. Tell it to those it binds."))
            return redirect("lifecycle:rule-detail", rule.pk)
    return _form(request, form)


@require_safe
def rule_detail(request, pk: UUID):
    """What the rule says in both languages, and its earlier versions."""
    rule = _rule(pk)
    versions = list(rule.versions.select_related("user").order_by("-number"))
    context = {
        "rule": rule,
        "now": versions[0],
        "earlier": versions[1:],
        "may_edit": rights.edits_policy(request.user),
    }
    return render(request, "lifecycle/rule/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rule_edit(request, pk: UUID):
    rights.demand(request.user, rights.edits_policy)
    rule = _rule(pk)
    form = RuleForm(request.POST if request.method == "POST" else None, rule=rule)
    status = 0
    if request.method == "POST" and form.is_valid():
        try:
            saved = verbs.edit(page_actor(request), rule, form.facts, form.cleaned_data["version"])
        except ValidationError as error:
            form.add_error(None, error)
        except Conflict as conflict:
            form.on_top_of(conflict.current)
            status = 409
        else:
            new = saved.number != rule.number
            messages.success(
                request, _("A new version is in force. Tell it to those it binds.") if new else _("Saved.")
            )
            return redirect("lifecycle:rule-detail", rule.pk)
    return _form(request, form, rule, status)


@require_POST
def rule_retire(request, pk: UUID):
    """Out of force, or back in."""
    rights.demand(request.user, rights.edits_policy)
    rule = _rule(pk)
    saved = verbs.edit(page_actor(request), rule, {"retired": not rule.retired})
    messages.success(
        request, _("The rule is no longer in force.") if saved.retired else _("The rule is in force again.")
    )
    return redirect("lifecycle:rule-detail", rule.pk)


def _rule(pk: UUID) -> Rule:
    rule = Rule.objects.filter(pk=pk).first()
    if rule is None:
        raise Http404
    return rule


def _form(request, form: RuleForm, rule: Rule | None = None, status: int = 0):
    context = {
        "form": form,
        "rule": rule,
        "back": reverse("lifecycle:rule-detail", args=[rule.pk]) if rule else reverse("lifecycle:rule-list"),
        "changes": trail.of(rule) if rule else [],
    }
    usual = 422 if request.method == "POST" else 200
    return render(request, "lifecycle/rule/form.html", context, status=status or usual)
