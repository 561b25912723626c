"""``/api/v1/strategies/``: what was changed for a KOL or a group, and what happened (DOMAIN 6.8)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from incentives.models import Strategy
from incentives.services import strategy as verbs
from incentives.strategy_lists import STRATEGIES
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import Team
from profiles.models import Kol, Level, Stage
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access
from profiles.services.access import row_or_404

PLAIN = (
    *("version", "cohort", "stage", "level", "what", "why", "expected", "decided_on", "look_on"),
    *("state", "happened", "settled_at", "created_at"),
)
REFUSAL = gettext_lazy("You may see this adjustment but not change it.")


class StrategyEdit(StrictSerializer):
    what = serializers.CharField(max_length=300, required=False)
    why = serializers.CharField(max_length=2000, required=False)
    expected = serializers.CharField(max_length=2000, required=False)
    decided_on = serializers.DateField(required=False)
    look_on = serializers.DateField(required=False)


class StrategyBody(StrategyEdit):
    kol = serializers.UUIDField(required=False, help_text="Of one KOL; else of a group.")
    team = serializers.UUIDField(required=False, help_text="Of a group: the team whose KOLs it is.")
    cohort = serializers.DateField(
        required=False, help_text="Of a group: any day of the month of entry into initial."
    )
    stage = serializers.ChoiceField(Stage.choices, required=False)
    level = serializers.ChoiceField(Level.choices, required=False)
    what = serializers.CharField(max_length=300)
    why = serializers.CharField(max_length=2000)
    expected = serializers.CharField(max_length=2000)


class SettleBody(StrictSerializer):
    happened = serializers.CharField(max_length=2000)


class StrategyAnswer(StrategyBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    kol = serializers.UUIDField(allow_null=True)
    team = serializers.UUIDField(allow_null=True)
    cohort = serializers.DateField(allow_null=True)
    stage = serializers.CharField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(Strategy.State.choices, read_only=True)
    happened = serializers.CharField(read_only=True)
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)
    author = serializers.CharField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class StrategyPage(Paged):
    results = StrategyAnswer(many=True)


def represent(rows: Iterable[Strategy]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "team": row.team_id}
        | {name: getattr(row, name) for name in PLAIN}
        | {"author": row.author.username if row.author else None}
        for row in rows
    ]


class StrategyResource(Resource):
    """Adjustments of the files and groups that one may see."""

    def found(self, pk: str, right: str) -> Strategy:
        """404 unless visible, then 403 without scope or right."""
        rows = Strategy.objects.for_list()
        row_or_404(rows, self.request.user, pk, VIEW, REFUSAL)
        if right == EDIT:
            self.demand_write_scope()
        return row_or_404(rows, self.request.user, pk, right, REFUSAL)

    def shown(self, row: Strategy, status: int = 200) -> Response:
        answer = represent([Strategy.objects.for_list().get(pk=row.pk)])[0]
        return etagged(answer, answer["version"], status)

    @extend_schema(parameters=parameters_of(STRATEGIES.filterset, STRATEGIES.sorts), responses=StrategyPage)
    def list(self, request):
        """The newest first."""
        return self.listed(STRATEGIES, represent)

    @extend_schema(responses=StrategyAnswer)
    def retrieve(self, request, pk: str):
        """One adjustment."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=StrategyBody, responses={201: StrategyAnswer})
    def create(self, request):
        """For a file that one may edit, or for a group of one's team."""
        values = dict(self.checked(StrategyBody))
        kol_id, team_id = values.pop("kol", None), values.pop("team", None)
        if kol_id is None:
            if team_id is not None:
                values["team"] = Team.objects.filter(pk=team_id).first()
            return self.shown(verbs.decide(self.actor, None, values), 201)
        if not Kol.objects.visible_to(request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        kol = access.kol_or_404(request.user, kol_id, EDIT)
        if team_id is not None:
            values["team"] = team_id
        return self.shown(verbs.decide(self.actor, kol, values), 201)

    @extend_schema(request=StrategyEdit, responses=StrategyAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent, while it runs."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(StrategyEdit), version))

    @extend_schema(request=SettleBody, responses=StrategyAnswer)
    @action(detail=True, methods=["post"])
    def settle(self, request, pk: str):
        """What happened."""
        return self.shown(verbs.settle(self.actor, self.found(pk, EDIT), **self.checked(SettleBody)))

    @extend_schema(request=None, responses=StrategyAnswer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk: str):
        """It runs again."""
        return self.shown(verbs.reopen(self.actor, self.found(pk, EDIT)))
