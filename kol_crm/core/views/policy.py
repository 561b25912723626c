"""Policy: each section as a form, and the versions with what they changed."""

from itertools import pairwise

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core import policy, rights
from kol_crm.core.doors import page_actor
from kol_crm.core.forms.policy import PolicyForm
from kol_crm.core.models import PolicyVersion

SHOWN = 50


@require_safe
def first(request):
    """To the first section."""
    rights.demand(request.user, rights.edits_policy)
    return redirect("settings:policy-section", _shown()[0].key)


def _shown() -> list[policy.Section]:
    return [one for one in policy.sections() if not one.own_page]


@require_http_methods(["GET", "HEAD", "POST"])
def section(request, key: str):
    """One section: its settings with their bounds and defaults, saved as a new version."""
    rights.demand(request.user, rights.edits_policy)
    chosen = next((one for one in _shown() if one.key == key), None)
    if chosen is None:
        raise Http404
    rules = policy.current()
    form = PolicyForm(request.POST if request.method == "POST" else None, section=chosen, rules=rules)
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
                words = (
                    _("Saved as version %(number)s.") % {"number": made.number}
                    if made
                    else _("Nothing changed.")
                )
                messages.success(request, words)
                return redirect("settings:policy-section", key)
    context = {"section": chosen, "form": form, "tabs": _tabs(key), "rules": rules}
    return render(request, "core/policy/section.html", context, status=status)


@require_safe
def versions(request):
    """What was changed, by whom and why, the newest first."""
    rights.demand(request.user, rights.edits_policy)
    found = list(PolicyVersion.objects.select_related("user").order_by("-number")[: SHOWN + 1])
    known = [*found, None] if len(found) <= SHOWN else found
    steps = [
        {"version": after, "lines": policy.differences(policy.Policy(before), policy.Policy(after))}
        for after, before in pairwise(known)
    ]
    context = {"steps": steps, "tabs": _tabs("versions"), "more": len(found) > SHOWN, "shown": SHOWN}
    return render(request, "core/policy/versions.html", context)


def _tabs(active: str) -> list[dict]:
    tabs = [
        {
            "label": one.label,
            "url": reverse("settings:policy-section", args=[one.key]),
            "active": one.key == active,
            "count": "",
        }
        for one in _shown()
    ]
    url = reverse("settings:policy-versions")
    return [*tabs, {"label": _("Versions"), "url": url, "active": active == "versions", "count": ""}]
