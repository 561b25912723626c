"""``/api/v1/stops/``: who is stopped, their exposure, the manager's decision (DOMAIN 5.6)."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle import exposure
from lifecycle.api.proven import ProvenResource
from lifecycle.exclusivity_lists import STOPS
from lifecycle.models import Stop
from lifecycle.services import stop as verbs
from profiles.models import StopMark
from profiles.models.querysets import EDIT, VIEW

PLAIN = (
    "version",
    "cause",
    "why",
    "since",
    "until",
    "due_on",
    "created_at",
    "ended_at",
    "ending",
    "ended_why",
)


class StopReinstatement(StrictSerializer):
    why = serializers.CharField(max_length=2000)


class StopTermination(StopReinstatement):
    goodbye = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    look_again_on = serializers.DateField(required=False)


class StopAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    violation = serializers.UUIDField(allow_null=True, help_text="The one whose penalty set it.")
    version = serializers.IntegerField()
    cause = serializers.ChoiceField(StopMark.choices)
    why = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="The last day, where a term was given.")
    due_on = serializers.DateField(allow_null=True, help_text="When a manager should have decided.")
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Null: it stands.")
    ending = serializers.ChoiceField(Stop.Ending.choices, allow_blank=True)
    ended_why = serializers.CharField()
    ended_by = serializers.CharField(allow_null=True)


class StopPage(Paged):
    results = StopAnswer(many=True)


class ExposureAnswer(serializers.Serializer):
    value = serializers.FloatField(allow_null=True, help_text="Null: unknown, see missing.")
    parts = serializers.ListField(child=serializers.DictField())
    missing = serializers.ListField(child=serializers.CharField())


class StopResource(ProvenResource):
    """Stops of the files one may see."""

    model = Stop

    def represent(self, rows: Iterable[Stop]) -> list[dict[str, Any]]:
        return [
            {"id": row.pk, "kol": row.kol_id, "violation": row.violation_id}
            | {name: getattr(row, name) for name in PLAIN}
            | self.people(row, "author", "ended_by")
            for row in rows
        ]

    @extend_schema(parameters=parameters_of(STOPS.filterset, STOPS.sorts), responses=StopPage)
    def list(self, request):
        """Newest first; ``standing=true`` leaves out those that have ended."""
        return self.listed(STOPS, self.represent)

    @extend_schema(responses=StopAnswer)
    def retrieve(self, request, pk: str):
        """One stop."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(responses=ExposureAnswer)
    @action(detail=True, methods=["get"])
    def exposure(self, request, pk: str):
        """Given − value returned + still committed, with its parts."""
        return Response(exposure.of(self.found(pk, VIEW).kol).as_json())

    @extend_schema(request=StopReinstatement, responses=StopAnswer)
    @action(detail=True, methods=["post"])
    def reinstate(self, request, pk: str):
        """A manager ends the stop; 403 for others. 409 ``wrong_state``."""
        row = self.found(pk, EDIT)
        return self.shown(verbs.reinstate(self.actor, row, **self.checked(StopReinstatement)))

    @extend_schema(request=StopTermination, responses=StopAnswer)
    @action(detail=True, methods=["post"])
    def terminate(self, request, pk: str):
        """A manager parts from the KOL: departed, terminated for breach; the stop stands on."""
        row = self.found(pk, EDIT)
        verbs.terminate(self.actor, row, **self.checked(StopTermination))
        return self.shown(row)
