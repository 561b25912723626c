"""``/api/v1/coaching-plans/``: coaching with its figures and sessions (DOMAIN 5.5)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.coaching_sessions import CoachingSessionAnswer, SessionBody, sessions_as
from lifecycle.api.measured import FigureBody, MeasuredAnswer, measured
from lifecycle.api.of_file import OfFile
from lifecycle.growing_lists import COACHING
from lifecycle.models import CoachingPlan
from lifecycle.services import coaching as verbs
from lifecycle.services import coaching_session as sessions
from profiles.models.querysets import EDIT, VIEW

PLAIN = ("version", "title", "aim", "state", "result", "created_at", "closed_at")


class CoachingEdit(StrictSerializer):
    title = serializers.CharField(max_length=120, required=False)
    aim = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class CoachingBody(CoachingEdit):
    kol = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    figures = FigureBody(many=True)


class CloseCoachingBody(StrictSerializer):
    result = serializers.CharField(max_length=2000)


class CoachingAnswer(CoachingEdit):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    version = serializers.IntegerField()
    state = serializers.ChoiceField(CoachingPlan.State.choices)
    result = serializers.CharField()
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    figures = MeasuredAnswer(many=True)
    sessions = CoachingSessionAnswer(many=True)


class CoachingPage(Paged):
    results = CoachingAnswer(many=True)


def represent(rows: Iterable[CoachingPlan]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id, "author": row.author.username if row.author else None}
        | {name: getattr(row, name) for name in PLAIN}
        | {"figures": [measured(one) for one in row.figures.all()]}
        | {"sessions": sessions_as(row.sessions.all())}
        for row in rows
    ]


class CoachingResource(OfFile):
    """Coaching plans of the files one may see."""

    model, refusal = CoachingPlan, _("You may see this coaching but not change it.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(COACHING.filterset, COACHING.sorts), responses=CoachingPage)
    def list(self, request):
        """The newest first."""
        return self.listed(COACHING, represent)

    @extend_schema(responses=CoachingAnswer)
    def retrieve(self, request, pk: str):
        """One plan with its figures and sessions."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=CoachingBody, responses={201: CoachingAnswer})
    def create(self, request):
        """Begin one: each figure is fixed as it stands; 400 at ``figures`` where none is fresh."""
        kol, values = self.of_kol(CoachingBody)
        pairs = [(one["account"], one["measure"]) for one in values.pop("figures")]
        return self.shown(verbs.begin(self.actor, kol, values, pairs), 201)

    @extend_schema(request=CoachingEdit, responses=CoachingAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Title and aim, while it runs."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(CoachingEdit), version))

    @extend_schema(request=CloseCoachingBody, responses=CoachingAnswer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk: str):
        """It is over; 409 ``after_missing`` while a figure after is."""
        return self.shown(verbs.close(self.actor, self.found(pk, EDIT), **self.checked(CloseCoachingBody)))

    @extend_schema(request=SessionBody, responses={201: CoachingAnswer})
    @action(detail=True, methods=["post"], url_name="add")
    def sessions(self, request, pk: str):
        """Plan a session."""
        row = self.found(pk, EDIT)
        sessions.add(self.actor, row, self.checked(SessionBody))
        return self.shown(row, 201)
