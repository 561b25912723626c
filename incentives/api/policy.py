"""``/api/v1/incentive-policies/``: versions of the policy matrix (DOMAIN 6.1)."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives import policy_effect, policy_usage
from incentives.models import IncentivePolicy, Kind
from incentives.services import policy as verbs
from kol_crm.core import installation
from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer


class CellBody(StrictSerializer):
    kinds = serializers.ListField(child=serializers.ChoiceField(Kind.choices))
    usual = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, allow_null=True)
    ceiling = serializers.DecimalField(
        max_digits=14, decimal_places=2, help_text="In the version's currency, per KOL and quarter."
    )


class PolicyBody(StrictSerializer):
    from_day = serializers.DateField(help_text="Today or later.")
    reason = serializers.CharField(max_length=300)
    base = serializers.IntegerField(required=False, help_text="The version that was changed.")
    cells = serializers.DictField(
        child=CellBody(), help_text="Whole cells by ``stage.level``; those left out stay as they are."
    )


class IncentivePolicyAnswer(serializers.Serializer):
    number = serializers.IntegerField()
    from_day = serializers.DateField()
    reason = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    currency = serializers.CharField(help_text="Of its amounts; empty: the installation's.")
    cells = serializers.DictField(child=CellBody())


class CellUsage(serializers.Serializer):
    kols = serializers.IntegerField()
    given = serializers.DecimalField(max_digits=18, decimal_places=3)
    ceiling = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="Of all these KOLs.")
    without_rate = serializers.IntegerField(help_text="Entries that no rate converts; not in ``given``.")
    percent = serializers.IntegerField()


class PolicyUsageAnswer(serializers.Serializer):
    number = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    cells = serializers.DictField(child=CellUsage(), help_text="Those with KOLs and a ceiling.")


class PolicyList(serializers.Serializer):
    results = IncentivePolicyAnswer(many=True)


def represent(rows: Iterable[IncentivePolicy]) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "from_day": row.from_day,
            "reason": row.reason,
            "author": row.author.username if row.author else None,
            "at": row.at,
            "currency": row.currency,
            "cells": row.cells,
        }
        for row in rows
    ]


class MatrixResource(Resource):
    """Everybody reads them; managers of the top team and admins write the next."""

    lookup_value_regex = "[0-9]{1,8}"

    @extend_schema(responses=PolicyList)
    def list(self, request):
        """All versions, the newest first."""
        return Response({"results": represent(IncentivePolicy.objects.select_related("author"))})

    @extend_schema(responses=IncentivePolicyAnswer)
    def retrieve(self, request, pk: str):
        """One version, by its number."""
        row = IncentivePolicy.objects.select_related("author").filter(number=int(pk)).first()
        if row is None:
            raise Http404
        return Response(represent([row])[0])

    @extend_schema(responses=PolicyUsageAnswer)
    @action(detail=False, methods=["get"])
    def usage(self, request):
        """What the KOLs one sees were given this quarter, by cell of the version in force, against what their
        ceilings come to.
        """
        day = installation.day(timezone.now())
        policy = IncentivePolicy.objects.in_force(day)
        found = policy_usage.of(request.user, policy, policy_effect.counts(request.user), day)
        cells = {key: one.as_json() for key, one in found.items()}
        number = policy.number if policy else None
        return Response({"number": number, "currency": installation.currency(), "cells": cells})

    @extend_schema(request=PolicyBody, responses={201: IncentivePolicyAnswer})
    def create(self, request):
        """The next version; 409 ``policy_moved`` when ``base`` is not the newest any more."""
        self.demand_write_scope()
        values = dict(self.checked(PolicyBody))
        row = verbs.save(
            self.actor, values["cells"], values["from_day"], values["reason"], values.get("base")
        )
        return Response(represent([row])[0], status=201)
