"""``/api/v1/unit-values/``: what one new or active user is worth, from a day on (DOMAIN 6.5)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from incentives.models import Metric, UnitValue
from incentives.services import unit_value
from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer
from profiles.services import access


class UnitValueBody(StrictSerializer):
    metric = serializers.ChoiceField(Metric.choices)
    amount = serializers.DecimalField(14, 4, min_value=0)
    since = serializers.DateField()


class UnitValueAnswer(UnitValueBody):
    id = serializers.UUIDField()
    currency = serializers.CharField()
    at = serializers.DateTimeField()


class UnitValueResource(Resource):
    @extend_schema(responses=UnitValueAnswer(many=True))
    def list(self, request):
        """All of them, those that hold last first."""
        if not access.may_create(request.user):
            raise PermissionDenied(_("Campaigns are made by those who work with KOL files."))
        return Response([_unit_value(row) for row in UnitValue.objects.all()])

    @extend_schema(request=UnitValueBody, responses={201: UnitValueAnswer})
    def create(self, request):
        """Worth of one from a day on, by managers of the top team."""
        self.demand_write_scope()
        return Response(_unit_value(unit_value.put(self.actor, **self.checked(UnitValueBody))), 201)


def _unit_value(row: UnitValue) -> dict[str, Any]:
    amount = f"{row.amount:.4f}"
    return {
        "id": row.pk,
        "metric": row.metric,
        "amount": amount,
        "currency": row.currency,
        "since": row.since,
        "at": row.at,
    }
