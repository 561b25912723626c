"""The stage dashboard (DOMAIN 8.2): whoever sees files sees the figures of those files."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kol_crm.core.models import Team, User
from kol_crm.dashboard import Dashboard
from profiles.filters import NONE
from profiles.models import Level


@require_GET
def page(request):
    if request.user.role == User.Role.FINANCE:
        raise PermissionDenied(_("The dashboard counts KOL files, which finance does not see."))
    dashboard = Dashboard(request.user, request.GET, timezone.now())
    return render(
        request, "dashboard/page.html", {"dashboard": dashboard, "facets": _facets(request, dashboard)}
    )


def _facets(request, dashboard: Dashboard) -> list[dict]:
    """Team, level and field: the scope of every number and of every list behind it."""
    fields = [(field.slug, str(field)) for field in dashboard.all_fields]
    return [
        _facet(request, dashboard, "team", _("Team"), _teams(request.user)),
        _facet(request, dashboard, "level", _("Level"), [*Level.choices, (NONE, _("No level"))]),
        _facet(request, dashboard, "field", _("Field"), fields),
    ]


def _teams(user) -> list[tuple[str, str]]:
    """Teams to choose among; an operator has but one."""
    if user.is_admin:
        teams = Team.objects.all()
    elif user.is_manager and user.team:
        teams = Team.objects.tree_of(user.team)
    else:
        return []
    return [(str(team.pk), team.name) for team in teams.order_by("path")]


def _facet(request, dashboard: Dashboard, key: str, label: str, options) -> dict:
    """What ``_parts/facet.html`` draws."""
    chosen = dashboard.params.getlist(key)
    kept = [(name, value) for name, values in dashboard.params.lists() for value in values if name != key]
    others = dashboard.params.copy()
    others.pop(key, None)
    return {
        "key": key,
        "label": label,
        "options": [
            {"value": value, "label": words, "count": None, "selected": value in chosen}
            for value, words in options
        ],
        "action": request.path,
        "keep": kept,
        "total": None,
        "clear_url": f"{request.path}?{others.urlencode()}" if chosen else "",
        "single": key == "team",
    }
