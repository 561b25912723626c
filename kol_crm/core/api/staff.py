"""``/api/v1/me/``, ``users/``, ``teams/``: whose token it is, whom files are given to, and who works here.

Reading tells names to all; writing is the admins' (DOMAIN 2.1), by a token with ``users:write``, through the
verbs of the pages. Users go by their user name, teams by their id.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from kol_crm.core import deputies, rights
from kol_crm.core.api import staff_bodies as bodies
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.models import Team, User
from kol_crm.core.services import team as team_verbs
from kol_crm.core.services import user as verbs
from kol_crm.core.views.user import USERS, UserFilter, in_scope


class DirectoryFilter(UserFilter):
    """As the page of the admins, without looking into mail addresses."""

    def by_words(self, rows, _name, words):
        return rows.filter(Q(username__icontains=words) | Q(display_name__icontains=words))


DIRECTORY = replace(USERS, filterset=DirectoryFilter)


class MeResource(Resource):
    @extend_schema(operation_id="me", responses=bodies.MeAnswer)
    def list(self, request):
        """Whose token this is, and what it may do."""
        absence = deputies.absence_of(request.user)
        answer = bodies.UserAnswer(request.user).data | {
            "language": request.user.language,
            "zone": request.user.zone,
            "scopes": request.auth.scopes,
            "absence": absence and bodies.AbsenceAnswer(absence).data,
        }
        return Response(answer)


class StaffResource(Resource):
    """Rows that everybody may read and admins change."""

    scopes = {"read": "kols:read", "write": "users:write"}

    def demand_admin(self) -> None:
        """Once the row is known to be in sight."""
        rights.demand(self.actor.person, rights.edits_users)
        self.demand_write_scope()


class UserResource(StaffResource):
    lookup_value_regex = r"[\w.@+-]+"

    def person(self, username: str) -> User:
        """One of those that one works with. Raises 404."""
        person = in_scope(self.actor.person).select_related("team").filter(username=username).first()
        if person is None:
            raise Http404
        return person

    def to_change(self, username: str) -> User:
        person = self.person(username)
        self.demand_admin()
        return person

    def shown(self, person: User, code: int = status.HTTP_200_OK) -> Response:
        """An admin is answered all that can be changed, everybody else the names."""
        if self.actor.person.is_admin:
            return etagged(bodies.UserInFull(person).data, person.version, code)
        return Response(bodies.UserAnswer(person).data)

    @extend_schema(parameters=parameters_of(DirectoryFilter, DIRECTORY.sorts), responses=bodies.UserPage)
    def list(self, request):
        """Those one works with: of one's team and, for managers, the teams below; admins see all."""
        return self.listed(DIRECTORY, lambda rows: bodies.UserAnswer(rows, many=True).data)

    @extend_schema(responses=bodies.UserInFull)
    def retrieve(self, request, pk: str):
        """One of them; admins are told all of it, with the ETag."""
        return self.shown(self.person(pk))

    @extend_schema(request=bodies.InviteBody, responses={201: bodies.UserInFull})
    def create(self, request):
        """Invite somebody: a mail with a link to set the password."""
        rights.demand(request.user, rights.edits_users)
        return self.shown(verbs.invite(self.actor, self.checked(bodies.InviteBody)), status.HTTP_201_CREATED)

    @extend_schema(request=bodies.UserBody(partial=True), responses=bodies.UserInFull, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Change what is sent. Another team or role may need ``along`` or ``receiver``."""
        person = self.to_change(pk)
        version = self.version_asked(person)
        sent = dict(self.checked(bodies.UserBody, partial=True))
        along, receiver = sent.pop("along", None), sent.pop("receiver", None)
        return self.shown(verbs.edit(self.actor, person, sent, version, along=along, receiver=receiver))

    @extend_schema(
        request=bodies.ReceiverBody, responses=bodies.UserInFull, parameters=[IF_MATCH], methods=["POST"]
    )
    @bodies.verb("deactivate")
    def deactivate(self, request, pk: str):
        """They can no longer log in; all they hold goes to the receiver (DOMAIN 2.4)."""
        person = self.to_change(pk)
        version = self.version_asked(person)
        receiver = self.checked(bodies.ReceiverBody).get("receiver")
        return self.shown(verbs.deactivate(self.actor, person, receiver, version))

    @extend_schema(request=None, responses=bodies.UserInFull, parameters=[IF_MATCH])
    @bodies.verb("reactivate")
    def reactivate(self, request, pk: str):
        """Back in; what was handed over stays where it is."""
        person = self.to_change(pk)
        return self.shown(verbs.reactivate(self.actor, person, self.version_asked(person)))

    @extend_schema(request=None, responses={204: None})
    @bodies.verb("invite")
    def invite(self, request, pk: str):
        """The invitation once more, to somebody who has set no password yet."""
        verbs.invite_again(self.actor, self.to_change(pk))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TeamResource(StaffResource):
    def team(self, pk: str) -> Team:
        team = Team.objects.select_related("parent").filter(pk=pk).first()
        if team is None:
            raise Http404
        return team

    def shown(self, team: Team, code: int = status.HTTP_200_OK) -> Response:
        return etagged(self.shape(team), team.version, code)

    def shape(self, team: Team) -> dict:
        return (bodies.TeamInFull if self.actor.person.is_admin else bodies.TeamAnswer)(team).data

    @extend_schema(responses=bodies.TeamInFull(many=True))
    def list(self, request):
        """All teams, each after the one it is part of; admins are told their ids."""
        rows = Team.objects.select_related("parent").order_by("path")
        return Response([self.shape(team) for team in rows])

    @extend_schema(responses=bodies.TeamInFull)
    def retrieve(self, request, pk: str):
        """One team."""
        return self.shown(self.team(pk))

    @extend_schema(request=bodies.TeamBody, responses={201: bodies.TeamInFull})
    def create(self, request):
        """A team as a part of another."""
        rights.demand(request.user, rights.edits_users)
        sent = self.checked(bodies.TeamBody)
        with _our_names():
            team = team_verbs.add(self.actor, sent["name"], sent["part_of"])
        return self.shown(team, status.HTTP_201_CREATED)

    @extend_schema(request=bodies.TeamBody(partial=True), responses=bodies.TeamInFull, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Rename a team, or make it, with all below it, a part of another."""
        team = self.team(pk)
        self.demand_admin()
        version = self.version_asked(team)
        sent = self.checked(bodies.TeamBody, partial=True)
        name, above = sent.get("name", team.name), sent.get("part_of", team.parent)
        with _our_names():
            saved = team_verbs.edit(self.actor, team, name, above, version)
        return self.shown(saved)


@contextmanager
def _our_names() -> Iterator[None]:
    """What the verb says of ``parent`` stands at ``part_of``, as the client sent it."""
    try:
        yield
    except ValidationError as error:
        if "parent" not in getattr(error, "error_dict", {}):
            raise
        told = error.message_dict
        raise ValidationError({"part_of": told.pop("parent"), **told}) from error
