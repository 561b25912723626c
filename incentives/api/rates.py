"""``/api/v1/exchange-rates/``: what currencies are worth, by day (DOMAIN 6.3)."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from incentives.models import ExchangeRate
from incentives.services import rate as verbs
from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer

MOST = 1000


class RateBody(StrictSerializer):
    currency = serializers.RegexField("^[A-Z]{3}$")
    day = serializers.DateField()
    rate = serializers.DecimalField(max_digits=15, decimal_places=9)
    note = serializers.CharField(max_length=200, help_text="Where it comes from.")


class RateAnswer(RateBody):
    id = serializers.UUIDField()
    base = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class RatesAnswer(serializers.Serializer):
    results = RateAnswer(many=True)


def represent(row: ExchangeRate) -> dict:
    names = ("id", "currency", "base", "day", "rate", "note", "created_at")
    return {name: getattr(row, name) for name in names} | {"author": row.author and row.author.username}


class RateResource(Resource):
    """Append-only; of two rates of one day the later counts."""

    @extend_schema(parameters=[OpenApiParameter("currency")], responses=RatesAnswer)
    def list(self, request):
        """The newest day first, the last thousand; ``currency=USD`` leaves one currency."""
        self._demand()
        rows = ExchangeRate.objects.select_related("author").order_by("-day", "-pk")
        if currency := request.GET.get("currency"):
            rows = rows.filter(currency=currency)
        return Response({"results": [represent(row) for row in rows[:MOST]]})

    @extend_schema(request=RateBody, responses={201: RateAnswer})
    def create(self, request):
        """By managers and finance."""
        self._demand()
        self.demand_write_scope()
        return Response(represent(verbs.add(self.actor, self.checked(RateBody))), status=201)

    def _demand(self) -> None:
        if not verbs.may_add(self.request.user):
            raise PermissionDenied(_("Rates are kept by managers and finance."))
