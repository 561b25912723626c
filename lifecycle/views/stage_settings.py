"""Settings of the stages: the gate before each, and what is written about it (DOMAIN 5.3)."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core import policy, rights
from kol_crm.core.doors import page_actor
from kol_crm.core.forms.policy import Block, PolicyForm
from lifecycle.gates import OFF, SECTIONS
from lifecycle.services.steps import ORDER
from lifecycle.stage_words import WORDS
from profiles.models import Stage


@require_safe
def first(request: HttpRequest):
    """To the first gate."""
    rights.demand(request.user, rights.edits_policy)
    return redirect("lifecycle:stage-settings", ORDER[1])


@require_http_methods(["GET", "HEAD", "POST"])
def stage_settings(request: HttpRequest, stage: str):
    """One stage; saving makes a version of the policy."""
    rights.demand(request.user, rights.edits_policy)
    if stage not in SECTIONS:
        raise Http404
    rules = policy.current()
    form = PolicyForm(
        request.POST if request.method == "POST" else None, section=SECTIONS[Stage(stage)], rules=rules
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            asked = form.cleaned_data
            try:
                made = policy.change(page_actor(request), form.values, asked["reason"], asked["number"])
            except ValidationError as error:
                form.refuse(error)
            else:
                saved = _("Saved as version %(number)s.") % {"number": made.number} if made else ""
                messages.success(request, saved or _("Nothing changed."))
                return redirect("lifecycle:stage-settings", stage)
    context = _blocks(form) | {"stage": Stage(stage), "form": form, "rules": rules, "tabs": _tabs(stage)}
    return render(request, "lifecycle/settings/stage.html", context, status=status)


def _blocks(form: PolicyForm) -> dict:
    """The checks that are asked, those that could be, and the words."""
    texts = {setting.key for setting in WORDS.values()}
    found: dict[str, list[Block]] = {"asked": [], "others": [], "words": []}
    for block in form.blocks():
        if block.setting.key in texts:
            found["words"].append(block)
        else:
            use = form[f"{block.setting.key}.use"].value()
            found["others" if use == OFF else "asked"].append(block)
    wrong = any(field.errors for block in found["others"] for line in block.lines for field in line.fields)
    return {**found, "others_open": wrong}


def _tabs(active: str) -> list[dict]:
    return [
        {
            "label": stage.label,
            "url": reverse("lifecycle:stage-settings", args=[stage]),
            "active": stage == active,
            "count": "",
        }
        for stage in ORDER
    ]
