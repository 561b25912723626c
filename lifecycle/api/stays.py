"""``/api/v1/stays/``: who entered or left which stage when (DOMAIN 5.1, 8.2)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from lifecycle.models import Cause, Stay
from lifecycle.stay_list import STAYS
from profiles.models import Stage


class StayAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    stage = serializers.ChoiceField(Stage.choices)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="null: still there.")
    from_stage = serializers.ChoiceField(Stage.choices, allow_blank=True, help_text="Empty: put on file.")
    cause = serializers.ChoiceField(Cause.choices, allow_blank=True)
    why = serializers.CharField()
    by = serializers.CharField(allow_null=True)


class StayPage(Paged):
    results = StayAnswer(many=True)


class StayResource(Resource):
    """Of the files one may see; an undone move has left no stay."""

    @extend_schema(parameters=parameters_of(STAYS.filterset, STAYS.sorts), responses=StayPage)
    def list(self, request):
        """Newest first, filtered as the page is."""
        return self.listed(STAYS, lambda rows: [_answer(row) for row in rows])


def _answer(stay: Stay) -> dict[str, Any]:
    move = stay.entered_by
    return {
        "id": stay.pk,
        "kol": stay.kol_id,
        "stage": stay.stage,
        "since": stay.since,
        "until": stay.until,
        "from_stage": move.from_stage if move else "",
        "cause": move.cause if move else "",
        "why": move.why if move else "",
        "by": move.user.username if move and move.user else None,
    }
