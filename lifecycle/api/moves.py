"""The stage of a file by API, by the verbs of the board: gate, move, undo, look again (DOMAIN 5.1–5.3)."""

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.days import installation_day
from lifecycle.models import Cause, Move, Stay
from lifecycle.services import gate as gates
from lifecycle.services import look_again as again
from lifecycle.services import stage as verbs
from lifecycle.services import steps
from profiles.models import Kol, Stage
from profiles.services import access

TO_STAGE = OpenApiParameter(
    "to_stage", str, enum=Stage.values, description="By default the next stage; of the last there is none."
)


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


class GateCheckAnswer(serializers.Serializer):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer
    passed = serializers.BooleanField(allow_null=True, help_text="Null: unknown, which does not pass.")
    value = serializers.JSONField(allow_null=True)
    limit = serializers.JSONField(allow_null=True)
    unit = serializers.CharField()
    evidence = serializers.CharField()
    mandatory = serializers.BooleanField()
    parts = serializers.JSONField()


class GateAnswer(serializers.Serializer):
    from_stage = serializers.ChoiceField(Stage.choices)
    to_stage = serializers.CharField(help_text="Empty: there is no stage after this one.")
    needs = serializers.CharField(help_text="To pass it: manager, reason, or nothing.")
    checks = GateCheckAnswer(many=True)


class LookAgainBody(StrictSerializer):
    look_again_on = serializers.DateField()
    version = serializers.IntegerField(required=False, allow_null=True, default=None, min_value=1)


class LookAgainAnswer(serializers.Serializer):
    kol = serializers.UUIDField()
    departed_on = serializers.DateField()
    look_again_on = serializers.DateField()
    version = serializers.IntegerField(help_text="The file's version now.")


class MoveResource(Resource):
    """The stage of one file."""

    def file(self, pk: str) -> Kol:
        """404 unless visible, then 403 without scope or right."""
        kol = access.kol_or_404(self.request.user, pk)
        self.demand_write_scope()
        return access.kol_or_404(self.request.user, kol.pk, "edit")

    @extend_schema(parameters=[TO_STAGE], responses=GateAnswer)
    @action(detail=True, url_path="gate")
    def gate(self, request, pk: str):
        """The checks before a step, each with its figure, its parts and what is missing."""
        kol = access.kol_or_404(request.user, pk)
        to_stage = request.GET.get("to_stage") or steps.next_stage(kol.stage) or ""
        if to_stage and to_stage not in Stage.values:
            raise ValidationError({"to_stage": _("There is no such stage.")})
        checks = gates.ask(kol, to_stage, installation_day(timezone.now())) if to_stage else []
        return Response(
            {
                "from_stage": kol.stage,
                "to_stage": str(to_stage),
                "needs": gates.needs(checks),
                "checks": [check.as_json() for check in checks],
            }
        )

    @extend_schema(request=MoveBody, responses={201: MoveAnswer})
    @action(detail=True, methods=["post"], url_path="move")
    def move(self, request, pk: str):
        """One step forward or back, out with a cause, or back in. 409 names the gate's open checks."""
        kol = self.file(pk)
        row = verbs.move(self.actor, kol, **self.checked(MoveBody))
        return moved(row, 201)

    @extend_schema(request=LookAgainBody, responses=LookAgainAnswer)
    @action(detail=True, methods=["post"], url_path="look-again")
    def look_again(self, request, pk: str):
        """Another date to look again at somebody who departed. 409 ``not_departed``."""
        kol = self.file(pk)
        stay: Stay = again.put_off(self.actor, kol, **self.checked(LookAgainBody))
        kol.refresh_from_db(fields=["version"])
        answer = {"kol": kol.pk, "departed_on": stay.since, "look_again_on": stay.look_again_on}
        return Response(answer | {"version": kol.version}, headers={"ETag": kol.etag})


class UndoResource(Resource):
    """Moves by their id."""

    @extend_schema(request=None, responses=MoveAnswer)
    @action(detail=True, methods=["post"])
    def undo(self, request, pk: str):
        """Take one's own move back, within 10 minutes. 409: ``too_late``, ``in_use``, ``already_undone``."""
        row = Move.objects.filter(kol__in=Kol.objects.visible_to(request.user), pk=pk).first()
        if row is None:
            raise Http404
        self.demand_write_scope()
        return moved(verbs.undo(self.actor, row))


def moved(row: Move, status: int = 200) -> Response:
    """The move, with the file's version after it."""
    kol = Kol.objects.get(pk=row.kol_id)
    return Response(answer(row, kol.version), status=status, headers={"ETag": kol.etag})


def answer(move: Move, version: int) -> dict:
    return {
        "id": move.pk,
        "kol": move.kol_id,
        "from_stage": move.from_stage,
        "to_stage": move.to_stage,
        "at": move.at,
        "version": version,
    }
