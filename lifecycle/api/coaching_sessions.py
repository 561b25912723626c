"""``/api/v1/coaching-sessions/``: one session changed, held, its homework done (DOMAIN 5.5)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.models import CoachingSession
from lifecycle.services import coaching_session as verbs
from profiles.models.querysets import EDIT, VIEW

PLAIN = (
    *("version", "on", "topic", "audience", "prefers", "how", "homework", "homework_due"),
    *("homework_done_at", "held_at", "said"),
)


class SessionEdit(StrictSerializer):
    on = serializers.DateField(required=False)
    topic = serializers.CharField(max_length=200, required=False)
    audience = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    prefers = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    how = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    homework = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    homework_due = serializers.DateField(required=False, allow_null=True)


class SessionBody(SessionEdit):
    on = serializers.DateField()
    topic = serializers.CharField(max_length=200)


class HoldBody(StrictSerializer):
    said = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    next_on = serializers.DateField(required=False, allow_null=True)


class TakeBackBody(StrictSerializer):
    what = serializers.ChoiceField([verbs.HELD, verbs.HOMEWORK])


class CoachingSessionAnswer(SessionEdit):
    id = serializers.UUIDField()
    plan = serializers.UUIDField()
    version = serializers.IntegerField()
    homework_done_at = serializers.DateTimeField(allow_null=True)
    held_at = serializers.DateTimeField(allow_null=True)
    said = serializers.CharField()


def sessions_as(rows: Iterable[CoachingSession]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "plan": row.plan_id} | {name: getattr(row, name) for name in PLAIN} for row in rows
    ]


class CoachingSessionResource(OfFile):
    """Sessions of the coaching plans one may see."""

    model, refusal = CoachingSession, _("You may see this coaching but not change it.")
    shape = staticmethod(sessions_as)

    @extend_schema(responses=CoachingSessionAnswer)
    def retrieve(self, request, pk: str):
        """One session."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=SessionEdit, responses=CoachingSessionAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent, while the plan runs."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(SessionEdit), version))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Take one that was not held off the plan."""
        row = self.found(pk, EDIT)
        verbs.drop(self.actor, row, self.version_asked(row))
        return Response(status=204)

    @extend_schema(request=HoldBody, responses=CoachingSessionAnswer)
    @action(detail=True, methods=["post"])
    def hold(self, request, pk: str):
        """It took place; ``next_on`` plans the next one with the same topic and brief."""
        return self.shown(verbs.hold(self.actor, self.found(pk, EDIT), **self.checked(HoldBody)))

    @extend_schema(request=None, responses=CoachingSessionAnswer)
    @action(detail=True, methods=["post"])
    def homework(self, request, pk: str):
        """Their homework is done."""
        return self.shown(verbs.do_homework(self.actor, self.found(pk, EDIT)))

    @extend_schema(request=TakeBackBody, responses=CoachingSessionAnswer)
    @action(detail=True, methods=["post"], url_path="take-back")
    def take_back(self, request, pk: str):
        """It was marked by mistake."""
        return self.shown(verbs.take_back(self.actor, self.found(pk, EDIT), **self.checked(TakeBackBody)))
