"""The stage dashboard (DOMAIN 8.2): whoever sees files sees the figures of those files."""

import csv
import io

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from kol_crm.core.defusing import defused
from kol_crm.core.models import Team, User
from kol_crm.dashboard import CHARTS, LONG, Dashboard, drawn
from kol_crm.dashboard.scope import PERIODS, USUAL
from profiles.filters import NONE
from profiles.models import Field, Level

LABELS = {"period": _lazy("Period"), "team": _lazy("Team"), "level": _lazy("Level"), "field": _lazy("Field")}
SINGLE = ("team", "field", "period")


def read(request: HttpRequest) -> Dashboard:
    """Raises ``PermissionDenied`` for those who see no files."""
    if request.user.role == User.Role.FINANCE:
        raise PermissionDenied(_("The dashboard counts KOL files, which finance does not see."))
    params = request.GET.copy()
    params.pop("part", None)
    return Dashboard(request.user, params, timezone.now())


@require_safe
def page(request: HttpRequest):
    """The whole page; ``part`` names a chart whose every line is asked for."""
    dashboard = read(request)
    if "part" in request.GET:
        return _part(request, dashboard)
    shown = {"dashboard": dashboard, "facets": _facets(dashboard)}
    if dashboard.total:
        shown |= {"tiles": drawn.tiles(dashboard), "cards": drawn.cards(dashboard)}
    return render(request, "dashboard/page.html", shown)


def _part(request: HttpRequest, dashboard: Dashboard):
    if request.GET["part"] not in LONG:
        raise Http404
    chart = dashboard.whole(request.GET["part"])
    return render(request, "dashboard/_lines.html", {"chart": chart})


@require_safe
def figures(request: HttpRequest, key: str):
    """The figures of one chart as CSV."""
    if key not in CHARTS:
        raise Http404
    dashboard = read(request)
    if dashboard.problems:
        return HttpResponse(status=400)
    chart = dashboard.chart(key)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([defused(str(cell)) for cell in chart.head])
    writer.writerows([[defused(str(cell)) for cell in row] for row in chart.rows])
    answer = HttpResponse("\ufeff" + buffer.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{key}-{dashboard.day.isoformat()}.csv"'
    return answer


@require_safe
def facet(request: HttpRequest, key: str):
    """What a filter's chip opens."""
    dashboard = read(request)
    options = _options(key, request.user)
    chosen = set(dashboard.params.getlist(key)) or ({str(USUAL)} if key == "period" else set())
    kept = [(name, value) for name, values in dashboard.params.lists() for value in values if name != key]
    shown = {
        "key": key,
        "label": LABELS[key],
        "options": [
            {"value": value, "label": words, "count": None, "selected": value in chosen}
            for value, words in options
        ],
        "action": reverse("dashboard"),
        "keep": kept,
        "single": key in SINGLE,
    }
    return render(request, "core/list/_facet_options.html", {"facet": shown})


def _options(key: str, user: User) -> list[tuple[str, str]]:
    """Raises ``Http404`` for a filter that there is not."""
    match key:
        case "period":
            return [(value, str(words)) for value, words in PERIODS]
        case "team":
            return [(str(team.pk), team.name) for team in _teams(user)]
        case "level":
            return [*((level.value, str(level.label)) for level in Level), (NONE, _("No level"))]
        case "field":
            return [(one.slug, str(one)) for one in Field.objects.all()]
    raise Http404


def _teams(user: User):
    """Teams to choose among; an operator has but one."""
    if user.is_admin:
        return Team.objects.order_by("path")
    if user.is_manager and user.team:
        return Team.objects.tree_of(user.team).order_by("path")
    return Team.objects.none()


def _facets(dashboard: Dashboard) -> list[dict]:
    """The chips: period, and the scope of every number and of every list behind it."""
    asked, user = dashboard.asked, dashboard.user
    active = asked.active
    levels = dict(_options("level", user)) if "level" in active else {}
    values = {
        "period": [dict(PERIODS)[str(asked.months)]],
        "team": [str(active["team"])] if active.get("team") else [],
        "level": [levels[level] for level in active.get("level", ())],
        "field": [str(one) for one in active.get("field", ())],
    }
    keys = [key for key in values if key != "team" or user.is_manager or user.is_admin]
    query = dashboard.params.urlencode()
    return [
        {
            "key": key,
            "label": LABELS[key],
            "values": values[key],
            "open_url": f"{reverse('dashboard-facet', args=[key])}?{query}".rstrip("?"),
            "clear_url": asked.own_url(**{key: None}),
            "fixed": key == "period" and "period" not in active,
        }
        for key in keys
    ]
