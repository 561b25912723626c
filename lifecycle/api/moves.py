"""``POST /api/v1/kols/{id}/move/``: the stage move, through the verb of the board (DOMAIN 5.1, 5.2)."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, StrictSerializer
from lifecycle.models import Cause, Move
from lifecycle.services import stage as verbs
from profiles.models import Stage
from profiles.services import access


class MoveBody(StrictSerializer):
    to_stage = serializers.ChoiceField(Stage.choices)
    why = serializers.CharField(required=False, allow_blank=True, default="")
    cause = serializers.ChoiceField(Cause.choices, required=False, allow_blank=True, default="")
    goodbye = serializers.CharField(required=False, allow_blank=True, default="")
    look_again_on = serializers.DateField(required=False, allow_null=True, default=None)
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class MoveAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    from_stage = serializers.ChoiceField(Stage.choices)
    to_stage = serializers.ChoiceField(Stage.choices)
    at = serializers.DateTimeField()
    version = serializers.IntegerField(help_text="The file's version after the move.")


class MoveResource(Resource):
    @extend_schema(request=MoveBody, responses={201: MoveAnswer})
    @action(detail=True, methods=["post"], url_path="move")
    def move(self, request, pk: str):
        """One step forward or back, out with a cause, or back in. 409 names the gate's open checks."""
        kol = access.kol_or_404(request.user, pk)
        self.demand_write_scope()
        kol = access.kol_or_404(request.user, kol.pk, "edit")
        row = verbs.move(self.actor, kol, **self.checked(MoveBody))
        kol.refresh_from_db(fields=["version"])
        return Response(answer(row, kol.version), status=201, headers={"ETag": kol.etag})


def answer(move: Move, version: int) -> dict:
    return {
        "id": move.pk,
        "kol": move.kol_id,
        "from_stage": move.from_stage,
        "to_stage": move.to_stage,
        "at": move.at,
        "version": version,
    }
