"""``/api/v1/robots/``: robots of group chats, by the verbs of the page; secrets are never answered.

They are the admins', and the managers' for their teams, by a token with ``users:write``: they tell staff.
"""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import rights
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.filters import FilterSet
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import Robot, Team
from kol_crm.core.models.robot import RobotKind
from kol_crm.core.paging import Sort
from kol_crm.core.services import robot as verbs


class RobotEdit(StrictSerializer):
    name = serializers.CharField(max_length=80, required=False)
    kind = serializers.ChoiceField(RobotKind.choices, required=False)
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all(), required=False)
    kinds = serializers.ListField(
        child=serializers.CharField(max_length=40),
        required=False,
        max_length=100,
        help_text="Which notices it tells.",
    )
    active = serializers.BooleanField(required=False)
    url = serializers.CharField(
        max_length=1000, required=False, write_only=True, help_text="Whoever has it can post: not answered."
    )
    secret = serializers.CharField(
        max_length=200, required=False, allow_blank=True, write_only=True, help_text="What it signs with."
    )


class RobotBody(RobotEdit):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(RobotKind.choices)
    team = serializers.PrimaryKeyRelatedField(queryset=Team.objects.all())
    kinds = serializers.ListField(child=serializers.CharField(max_length=40), max_length=100)
    url = serializers.CharField(max_length=1000, write_only=True)


class RobotAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(RobotKind.choices)
    team = serializers.UUIDField(source="team_id")
    kinds = serializers.ListField(child=serializers.CharField())
    active = serializers.BooleanField()
    address = serializers.CharField(help_text="Its host and end, with a fingerprint of what is secret.")


class RobotPage(Paged):
    results = RobotAnswer(many=True)


class RobotSaid(serializers.Serializer):
    taken = serializers.BooleanField()
    words = serializers.CharField(help_text="What the chat answered.")


class RobotFilter(FilterSet):
    """By nothing: a team has few."""


ROBOTS = ListSpec(
    name="robots",
    rows=verbs.of,
    prepare=lambda rows: rows,
    filterset=RobotFilter,
    sorts=(Sort("name", "name", "Name"),),
    default_sort="name",
    template="",
    rows_template="",
)


class RobotResource(Resource):
    scopes = {"read": "kols:read", "write": "users:write"}

    def robot(self, pk: str, *, write: bool = False) -> Robot:
        rights.demand(self.actor.person, rights.sets_robots)
        row = verbs.of(self.actor.person).filter(pk=pk).first()
        if row is None:
            raise Http404
        if write:
            self.demand_write_scope()
        return row

    @extend_schema(parameters=parameters_of(RobotFilter, ROBOTS.sorts), responses=RobotPage)
    def list(self, request):
        """Those of the teams for which one may set them up."""
        rights.demand(self.actor.person, rights.sets_robots)
        return self.listed(ROBOTS, lambda rows: RobotAnswer(rows, many=True).data)

    @extend_schema(responses=RobotAnswer)
    def retrieve(self, request, pk: str):
        """One of them."""
        return _answer(self.robot(pk))

    @extend_schema(request=RobotBody, responses={201: RobotAnswer})
    def create(self, request):
        """Another one; a test message says whether it arrives."""
        rights.demand(self.actor.person, rights.sets_robots)
        self.demand_write_scope()
        return _answer(verbs.create(self.actor, self.checked(RobotBody)), status.HTTP_201_CREATED)

    @extend_schema(request=RobotEdit, responses=RobotAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Change what is sent; the address and the secret stay as they are where nothing is."""
        robot = self.robot(pk, write=True)
        version = self.version_asked(robot)
        return _answer(verbs.edit(self.actor, robot, self.checked(RobotEdit), version))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """It tells nothing any more, and its address is forgotten."""
        robot = self.robot(pk, write=True)
        self.version_asked(robot)
        verbs.remove(self.actor, robot)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=RobotSaid)
    @action(detail=True, methods=["post"])
    def say(self, request, pk: str):
        """A test message at once: whether the chat took it, and what it answered."""
        taken, words = verbs.say(self.actor, self.robot(pk, write=True))
        return Response({"taken": taken, "words": words})


def _answer(robot: Robot, code: int = status.HTTP_200_OK) -> Response:
    answer = etagged(RobotAnswer(robot).data, robot.version)
    answer.status_code = code
    return answer
