"""``/api/v1/keeping/``: loss risk by band, expected losses, survival, within a scope (DOMAIN 7.7, 7.8)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.parameters import filters_of
from kol_crm.core.models import User
from kol_crm.core.score import plain
from kol_crm.dashboard import Dashboard, keeping
from kol_crm.dashboard.scope import DashboardFilter


class LossBand(serializers.Serializer):
    band = serializers.CharField(help_text="By its first number; “unknown”: no risk is known.")
    kols = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True, help_text="Departed within 90 days in the last year.")
    expected = serializers.FloatField(allow_null=True)


class ExpectedLosses(serializers.Serializer):
    value = serializers.FloatField(allow_null=True, help_text="null: no rate is known yet.")
    by_band = serializers.BooleanField(help_text="False: KOLs × overall rate.")
    departures_on_record = serializers.IntegerField()
    recorded_since = serializers.DateField(allow_null=True)
    bands = LossBand(many=True)


class SurvivalPoint(serializers.Serializer):
    month = serializers.IntegerField()
    still = serializers.IntegerField()
    share = serializers.FloatField()


class SurvivalCurve(serializers.Serializer):
    cohort = serializers.DateField()
    kols = serializers.IntegerField()
    points = SurvivalPoint(many=True)


class KeepingFigures(serializers.Serializer):
    losses = ExpectedLosses()
    survival = SurvivalCurve(many=True)
    together = SurvivalPoint(many=True)


class KeepingResource(Resource):
    """Sums over the files one may see."""

    @extend_schema(
        parameters=filters_of(DashboardFilter),
        responses=KeepingFigures,
    )
    def list(self, request):
        """Expected losses of the next quarter, survival by cohort; a month of ``period``: four of intake."""
        if request.user.role == User.Role.FINANCE:
            raise PermissionDenied(_("The dashboard counts KOL files, which finance does not see."))
        dashboard = Dashboard(request.user, request.GET, timezone.now())
        if dashboard.problems:
            raise ValidationError(dashboard.problems)
        found = keeping.known_of(dashboard.asked, dashboard.figures)
        return Response(
            {
                "losses": {
                    "value": plain(found.score.value),
                    "by_band": bool(found.known and found.known.is_by_band),
                    "departures_on_record": found.known.record.departures if found.known else 0,
                    "recorded_since": found.known and found.known.reaches,
                    "bands": [
                        {
                            "band": part.key,
                            "kols": part.value,
                            "share": plain(part.weight),
                            "expected": plain(part.points),
                        }
                        for part in found.score.parts
                    ],
                },
                "survival": [
                    {"cohort": one.cohort, "kols": one.kols, "points": _points(one.points)}
                    for one in found.curves
                ],
                "together": _points(keeping.together(found.curves)),
            }
        )


def _points(points) -> list[dict]:
    return [{"month": one.month, "still": one.still, "share": plain(one.share)} for one in points]
