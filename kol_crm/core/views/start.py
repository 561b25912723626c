"""The first-start list."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import first_steps, policy, rights
from kol_crm.core.answers import go_on
from kol_crm.core.doors import page_actor


@require_safe
def page(request):
    rights.demand(request.user, rights.edits_policy)
    found = [
        {"step": step, "done": step.done(), "url": reverse(step.url, args=step.args) if step.url else ""}
        for step in first_steps.steps
    ]
    context = {
        "steps": found,
        "left": sum(not one["done"] for one in found),
        "dismissed": policy.current().get(first_steps.DISMISSED),
    }
    return render(request, "core/start/page.html", context)


@require_POST
def dismiss(request):
    """No longer first in Settings, or again; the list itself stays where it is."""
    rights.demand(request.user, rights.edits_policy)
    away = request.POST.get("away") == "1"
    policy.change(page_actor(request), {first_steps.DISMISSED.key: away})
    if away:
        return go_on(request, reverse("settings:home"), _("The list stays here under First steps."))
    return redirect("settings:start")
