"""The team tree."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kol_crm.core import rights, trail
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from kol_crm.core.forms.team import TeamForm
from kol_crm.core.models import Team, User
from kol_crm.core.services import team as teams


@require_safe
def tree(request):
    """All teams below one another, with how many people are in each."""
    rights.demand(request.user, rights.edits_users)
    members = Counter(User.objects.filter(is_active=True, team__isnull=False).values_list("team", flat=True))
    nodes: dict[UUID, dict[str, Any]] = {
        team.pk: {"team": team, "below": [], "members": members[team.pk]}
        for team in Team.objects.order_by("name")
    }
    for node in nodes.values():
        if node["team"].parent_id:
            nodes[node["team"].parent_id]["below"].append(node)
    tops = [node for node in nodes.values() if node["team"].parent_id is None]
    return render(request, "core/team/tree.html", {"nodes": tops})


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, pk: UUID):
    """A team below ``pk``."""
    above = _team(request, pk)
    form = TeamForm(request.POST if request.method == "POST" else None, below=above)
    if request.method == "POST" and form.is_valid():
        try:
            teams.add(page_actor(request), form.cleaned_data["name"], form.cleaned_data["parent"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("settings:teams")
    status = 422 if request.method == "POST" else 200
    return render(request, "core/team/form.html", {"form": form, "above": above}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk: UUID):
    """Rename, or move with everything below."""
    team = _team(request, pk)
    form = TeamForm(request.POST if request.method == "POST" else None, team=team)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            asked = form.cleaned_data
            try:
                teams.edit(page_actor(request), team, asked["name"], asked.get("parent"), asked["version"])
            except ValidationError as error:
                form.add_error(None, error)
            except Conflict as conflict:
                form.on_top_of(conflict.current)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("settings:teams")
    context = {"form": form, "team": team, "changes": trail.of(team)}
    return render(request, "core/team/form.html", context, status=status)


def _team(request, pk: UUID) -> Team:
    rights.demand(request.user, rights.edits_users)
    team = Team.objects.select_related("parent").filter(pk=pk).first()
    if team is None:
        raise Http404
    return team
