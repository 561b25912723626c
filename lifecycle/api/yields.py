"""``/api/v1/yields/``: what each channel, agency, introducer and source brought (DOMAIN 4.10)."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from kol_crm.core import installation
from kol_crm.core.api.base import Resource
from kol_crm.core.api.queries import flag
from lifecycle import yields
from lifecycle.days import installation_day


class YieldAnswer(serializers.Serializer):
    value = serializers.CharField(help_text="As filters of the list have it; `-` is none.")
    label = serializers.CharField()
    internal = serializers.BooleanField(allow_null=True, help_text="Own users or others; null: together.")
    candidates = serializers.IntegerField()
    answers = serializers.IntegerField()
    agreed = serializers.IntegerField()
    stayed = serializers.IntegerField(help_text="Still here 12 months after they entered initial.")
    stayed_of = serializers.IntegerField(help_text="Of how many the 12 months are over.")
    cost = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    costed = serializers.IntegerField(help_text="Of how many a cost is known.")
    lists = serializers.DictField(child=serializers.CharField(), help_text="The page behind each figure.")


class YieldTable(serializers.Serializer):
    by = serializers.ChoiceField(list(yields.WAYS))
    currency = serializers.CharField()
    results = YieldAnswer(many=True)


class YieldResource(Resource):
    """Counted over the candidates one may see."""

    @extend_schema(
        parameters=[
            OpenApiParameter("by", OpenApiTypes.STR, enum=list(yields.WAYS), description="Counted by."),
            OpenApiParameter("together", OpenApiTypes.BOOL, description="Own users and others in one line."),
        ],
        responses=YieldTable,
    )
    def list(self, request):
        """One table: ``by`` channel (default), agency, introducer or source."""
        way = request.GET.get("by", yields.CHANNEL)
        if way not in yields.WAYS:
            raise ValidationError({"by": _("This is not one of the choices.")})
        split = not flag(request.GET, "together")
        lines = yields.table(way, request.user, installation_day(timezone.now()), split=split)
        return Response(
            {
                "by": way,
                "currency": installation.currency(),
                "results": [
                    line.as_json()
                    | {"lists": {figure: yields.url(way, line, figure) for figure in yields.FIGURES}}
                    for line in lines
                ],
            }
        )
