"""``/api/v1/trash/``: archived files, who archived them, how long they may come back (DOMAIN 1.7)."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer
from profiles.services import trash as verbs
from profiles.views.trash import TRASHED, told

MOST = 1000


class TrashedAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    owner = serializers.CharField(allow_null=True)
    archived_at = serializers.DateTimeField()
    archived_by = serializers.CharField(allow_null=True)
    days_left = serializers.IntegerField(help_text="For its owner or a manager to bring it back.")
    may_restore = serializers.BooleanField(help_text="Whether the token's user may: kols/{id}/restore/.")


class TrashedPage(Paged):
    results = TrashedAnswer(many=True)


class ManyBody(StrictSerializer):
    ids = serializers.ListField(child=serializers.UUIDField(), allow_empty=False, max_length=MOST)


class RestoredAnswer(serializers.Serializer):
    restored = serializers.IntegerField()


class TrashResource(Resource):
    """The same files as on the page of the trash."""

    @extend_schema(parameters=parameters_of(TRASHED.filterset, TRASHED.sorts), responses=TrashedPage)
    def list(self, request):
        """The latest first."""

        def shape(kols: Iterable) -> list[dict[str, Any]]:
            return [
                {
                    "id": row["kol"].pk,
                    "name": row["kol"].name,
                    "owner": row["kol"].owner and row["kol"].owner.username,
                    "archived_at": row["kol"].archived_at,
                    "archived_by": row["by"] and row["by"].username,
                    "days_left": row["days_left"],
                    "may_restore": row["may_restore"],
                }
                for row in told(request.user, kols)
            ]

        return self.listed(TRASHED, shape)

    @extend_schema(request=ManyBody, responses=RestoredAnswer)
    @action(detail=False, methods=["post"])
    def restore(self, request):
        """Those of these files that one may restore; how many it were."""
        return Response({"restored": verbs.restore_many(self.actor, self.checked(ManyBody)["ids"])})
