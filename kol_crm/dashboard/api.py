"""``/api/v1/dashboard/``: the figures of the page, chart by chart, with the list behind each (DOMAIN 8.2)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.parameters import filters_of
from kol_crm.core.models import User
from kol_crm.dashboard import CHARTS, Dashboard
from kol_crm.dashboard.charts import Chart
from kol_crm.dashboard.scope import DashboardFilter


class FigureAnswer(serializers.Serializer):
    label = serializers.CharField()
    count = serializers.IntegerField()
    list = serializers.CharField(help_text="The page of those counted.")


class ChartLineAnswer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()
    figures = FigureAnswer(many=True)


class ChartAnswer(serializers.Serializer):
    key = serializers.CharField()
    title = serializers.CharField()
    finding = serializers.CharField()
    head = serializers.ListField(child=serializers.CharField())
    rows = serializers.ListField(child=serializers.ListField())
    lines = ChartLineAnswer(many=True)


class DashboardAnswer(serializers.Serializer):
    counted_on = serializers.DateField(allow_null=True, help_text="Late, near, stale, long as of that day.")
    charts = ChartAnswer(many=True)


class DashboardResource(Resource):
    """Sums over the files one may see."""

    @extend_schema(
        parameters=filters_of(DashboardFilter),
        responses=DashboardAnswer,
    )
    def list(self, request):
        """Every chart in one answer; a field once, levels as often as wanted."""
        if request.user.role == User.Role.FINANCE:
            raise PermissionDenied(_("The dashboard counts KOL files, which finance does not see."))
        dashboard = Dashboard(request.user, request.GET, timezone.now())
        if dashboard.problems:
            raise ValidationError(dashboard.problems)
        charts = [_answer(dashboard.whole(key)) for key in CHARTS]
        return Response({"counted_on": dashboard.counted_on, "charts": charts})


def _answer(chart: Chart) -> dict[str, Any]:
    return {
        "key": chart.key,
        "title": chart.title,
        "finding": chart.finding,
        "head": chart.head,
        "rows": [[cell if isinstance(cell, int) else str(cell) for cell in row] for row in chart.rows],
        "lines": [
            {
                "key": line.key,
                "label": line.label,
                "figures": [
                    {"label": str(one.label), "count": one.count, "list": one.url} for one in line.figures
                ],
            }
            for line in chart.lines
        ],
    }
