"""``/api/v1/kols/{id}/persona-adjustments/`` and ``/api/v1/persona-adjustments/`` (DOMAIN 5.6)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.measured import FigureBody, MeasuredAnswer, measured
from lifecycle.api.of_file import OfFile
from lifecycle.api.personas import PersonaEdit
from lifecycle.models import Adjustment
from lifecycle.services import adjustment as verbs
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404

PLAIN = (
    *("version", "state", "hypothesis", "change", "reaction_before", "reaction_after", "look_on"),
    *("created_at", "decided_at"),
)


class AdjustmentEdit(StrictSerializer):
    hypothesis = serializers.CharField(max_length=500, required=False)
    change = serializers.CharField(max_length=2000, required=False)
    reaction_before = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    look_on = serializers.DateField(required=False)


class AdjustmentBody(AdjustmentEdit):
    hypothesis = serializers.CharField(max_length=500)
    change = serializers.CharField(max_length=2000)
    figure = FigureBody(help_text="By which the fans are read.")
    persona = PersonaEdit(help_text="What of the persona is tried differently.")


class DecideBody(StrictSerializer):
    reaction_after = serializers.CharField(max_length=2000)


class AdjustmentAnswer(AdjustmentEdit):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(Adjustment.State.choices)
    former = serializers.UUIDField(help_text="The version of the persona that it starts from.")
    trial = serializers.UUIDField(help_text="The version that is tried.")
    figure = MeasuredAnswer()
    reaction_after = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)


class AdjustmentsAnswer(serializers.Serializer):
    results = AdjustmentAnswer(many=True)


def represent(rows: Iterable[Adjustment]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "former": row.former_id, "trial": row.trial_id}
        | {name: getattr(row, name) for name in PLAIN}
        | {"figure": measured(row), "author": row.author.username if row.author else None}
        | {"decided_by": row.decided_by.username if row.decided_by else None}
        for row in rows
    ]


class FileAdjustments(Resource):
    """Of one file: those that were, and beginning one."""

    @extend_schema(responses=AdjustmentsAnswer, methods=["get"])
    @extend_schema(request=AdjustmentBody, responses={201: AdjustmentAnswer}, methods=["post"])
    @action(detail=True, methods=["get", "post"], url_path="persona-adjustments", url_name="adjustments")
    def adjustments(self, request, pk: str):
        """GET: the newest first. POST: 409 ``no_persona``, ``persona_open``; 400 at ``figure``."""
        kol = kol_or_404(request.user, pk)
        if request.method == "GET":
            rows = Adjustment.objects.filter(kol=kol).select_related("author", "decided_by")
            return Response({"results": represent(rows.order_by("-created_at", "-id"))})
        self.demand_write_scope()
        kol = kol_or_404(request.user, pk, EDIT)
        values = dict(self.checked(AdjustmentBody))
        figure, changed = values.pop("figure"), values.pop("persona")
        pair = (figure["account"], figure["measure"])
        made = verbs.begin(self.actor, kol, values, changed, pair)
        return etagged(represent([made])[0], made.version, 201)


class AdjustmentResource(OfFile):
    """One adjustment: read, edited, kept or reverted."""

    model, refusal = Adjustment, _("You may see this persona but not change it.")
    shape = staticmethod(represent)

    @extend_schema(responses=AdjustmentAnswer)
    def retrieve(self, request, pk: str):
        """One adjustment."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=AdjustmentEdit, responses=AdjustmentAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Its words and its day, while it is on trial."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(AdjustmentEdit), version))

    @extend_schema(request=DecideBody, responses=AdjustmentAnswer)
    @action(detail=True, methods=["post"])
    def keep(self, request, pk: str):
        """It becomes the next version, to be approved; 409 ``after_missing`` without the figure after."""
        return self.shown(verbs.keep(self.actor, self.found(pk, EDIT), **self.checked(DecideBody)))

    @extend_schema(request=DecideBody, responses=AdjustmentAnswer)
    @action(detail=True, methods=["post"])
    def revert(self, request, pk: str):
        """The former version stands."""
        return self.shown(verbs.revert(self.actor, self.found(pk, EDIT), **self.checked(DecideBody)))
