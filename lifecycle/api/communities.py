"""``/api/v1/communities/``, ``kols/{id}/single-contact/``, ``coverage/`` (DOMAIN 5.7)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from lifecycle import coverage
from lifecycle.api.of_file import OfFile
from lifecycle.community_lists import COMMUNITIES
from lifecycle.days import installation_day
from lifecycle.models import Community, Medium, Member, SingleContact
from lifecycle.services import community as verbs
from profiles.models import Kol, KolType
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

PLAIN = (
    *("version", "name", "channel", "link", "capacity", "spoke_percent", "spoke_on", "note"),
    *("created_at", "closed_at"),
)


class CommunityEdit(StrictSerializer):
    name = serializers.CharField(max_length=120, required=False)
    type = serializers.SlugField(required=False, allow_null=True)
    channel = serializers.ChoiceField(Medium.choices, required=False)
    link = serializers.URLField(max_length=300, required=False, allow_blank=True)
    host = serializers.CharField(max_length=150, required=False, help_text="A user, by username.")
    capacity = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)
    spoke_percent = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)
    spoke_on = serializers.DateField(required=False, allow_null=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class CommunityBody(CommunityEdit):
    name = serializers.CharField(max_length=120)


class CommunityAnswer(CommunityBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    team = serializers.CharField(read_only=True)
    members = serializers.IntegerField(read_only=True, help_text="Who is in it now, seen or not.")
    created_at = serializers.DateTimeField(read_only=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class CommunityPage(Paged):
    results = CommunityAnswer(many=True)


class MemberAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    joined_on = serializers.DateField()
    left_on = serializers.DateField(allow_null=True)


class MembersAnswer(serializers.Serializer):
    results = MemberAnswer(many=True)


class JoinBody(StrictSerializer):
    kol = serializers.UUIDField()
    on = serializers.DateField(required=False, allow_null=True, default=None)


class SingleContactBody(StrictSerializer):
    user = serializers.CharField(max_length=150, allow_null=True, help_text="By username; null: nobody.")


class SingleContactAnswer(serializers.Serializer):
    user = serializers.CharField(allow_null=True)
    since = serializers.DateField(allow_null=True)


class CoverageAnswer(serializers.Serializer):
    finding = serializers.CharField()
    uncovered = serializers.IntegerField(help_text="Active KOLs in no community, without a single contact.")
    uncovered_kols = serializers.ListField(
        child=serializers.UUIDField(), help_text="The first hundred, longest in their stage first."
    )
    overloaded = serializers.ListField(child=serializers.DictField())
    absences = serializers.ListField(child=serializers.DictField())


def represent(rows: Iterable[Community]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "type": row.type and row.type.slug, "host": row.host.username, "team": row.team.name}
        | {name: getattr(row, name) for name in PLAIN}
        | {"members": getattr(row, "members_now", 0)}
        for row in rows
    ]


class CommunityResource(OfFile):
    """Communities of the teams that one sees."""

    model = Community
    refusal = gettext_lazy("You may see this community but not change it.")
    shape = staticmethod(represent)

    def values(self, body: type[StrictSerializer]) -> dict[str, Any]:
        checked = dict(self.checked(body))
        if checked.get("type"):
            checked["type"] = KolType.objects.filter(slug=checked["type"]).first()
            if checked["type"] is None:
                raise ValidationError({"type": _("There is no such row.")})
        if "host" in checked:
            checked["host"] = User.objects.filter(username=checked["host"]).select_related("team").first()
            if checked["host"] is None:
                raise ValidationError({"host": _("There is no such row.")})
        return checked

    def file(self) -> tuple[Kol, dict[str, Any]]:
        """The file that the body names, which one may edit."""
        body = dict(self.checked(JoinBody))
        kol_id = body.pop("kol")
        if not Kol.objects.visible_to(self.request.user).filter(pk=kol_id).exists():
            raise ValidationError({"kol": _("There is no such row.")})
        return access.kol_or_404(self.request.user, kol_id, EDIT), body

    @extend_schema(
        parameters=parameters_of(COMMUNITIES.filterset, COMMUNITIES.sorts), responses=CommunityPage
    )
    def list(self, request):
        """By name."""
        return self.listed(COMMUNITIES, represent)

    @extend_schema(responses=CommunityAnswer)
    def retrieve(self, request, pk: str):
        """One community."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=CommunityBody, responses={201: CommunityAnswer})
    def create(self, request):
        """A community of its host's team; without a host one's own."""
        if not access.may_create(request.user):
            raise PermissionDenied(_("You do not work with files."))
        self.demand_write_scope()
        return self.shown(verbs.create(self.actor, self.values(CommunityBody)), 201)

    @extend_schema(request=CommunityEdit, responses=CommunityAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """By its host or a manager."""
        row = self.found(pk, EDIT)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.values(CommunityEdit), version))

    @extend_schema(request=None, responses=CommunityAnswer)
    @action(detail=True, methods=["post"])
    def close(self, request, pk: str):
        """It is no more. 409 ``closed``."""
        return self.shown(verbs.close(self.actor, self.found(pk, EDIT)))

    @extend_schema(request=None, responses=CommunityAnswer)
    @action(detail=True, methods=["post"])
    def reopen(self, request, pk: str):
        """Closed by mistake. 409 ``not_closed``."""
        return self.shown(verbs.reopen(self.actor, self.found(pk, EDIT)))

    @extend_schema(responses=MembersAnswer)
    @action(detail=True, methods=["get"])
    def members(self, request, pk: str):
        """The members whose files one sees, those who left too; at most a thousand."""
        rows = self.found(pk, VIEW).members.filter(kol__in=Kol.objects.visible_to(request.user))
        found = rows.order_by("joined_on", "pk").values("id", "kol", "joined_on", "left_on")[:1000]
        return Response({"results": list(found)})

    @extend_schema(request=JoinBody, responses={201: CommunityAnswer})
    @action(detail=True, methods=["post"])
    def join(self, request, pk: str):
        """A KOL whose file one may edit joins. 409 ``full``, ``already_in``, ``closed``."""
        row = self.found(pk, VIEW)
        self.demand_write_scope()
        kol, body = self.file()
        verbs.join(self.actor, row, kol, **body)
        return self.shown(row, 201)

    @extend_schema(request=JoinBody, responses=CommunityAnswer)
    @action(detail=True, methods=["post"])
    def leave(self, request, pk: str):
        """They left. 400 at ``kol`` where they are not in it."""
        row = self.found(pk, VIEW)
        self.demand_write_scope()
        kol, body = self.file()
        member = Member.objects.filter(community=row, kol=kol, left_on=None).select_related("kol").first()
        if member is None:
            raise ValidationError({"kol": _("They are not in it.")})
        verbs.leave(self.actor, member, **body)
        return self.shown(row)


class SingleContactResource(Resource):
    def answer(self, kol: Kol) -> Response:
        row = SingleContact.objects.filter(kol=kol, until=None).select_related("user").first()
        return Response({"user": row and row.user.username, "since": row and row.since})

    @extend_schema(responses=SingleContactAnswer)
    @action(detail=True, methods=["get"], url_path="single-contact")
    def contact(self, request, pk: str):
        """Who is the one contact of this KOL; null: nobody."""
        return self.answer(access.kol_or_404(request.user, pk))

    @extend_schema(request=SingleContactBody, responses=SingleContactAnswer)
    @contact.mapping.put
    def set_contact(self, request, pk: str):
        """From today on. 409 ``unchanged``."""
        kol = access.kol_or_404(request.user, pk)
        self.demand_write_scope()
        kol = access.kol_or_404(request.user, kol.pk, EDIT, Kol.objects.select_related("team"))
        asked = self.checked(SingleContactBody)["user"]
        user = asked and User.objects.filter(username=asked).first()
        if asked and user is None:
            raise ValidationError({"user": _("There is no such row.")})
        verbs.set_contact(self.actor, kol, user)
        return self.answer(kol)


class CoverageResource(Resource):
    @extend_schema(responses=CoverageAnswer)
    def list(self, request):
        """Whom nobody looks after, who looks after too many, whose deputy is not there."""
        if not access.may_create(request.user):
            raise PermissionDenied(_("You do not work with files."))
        rows = coverage.uncovered(request.user)
        number = rows.count()
        loads = coverage.overloaded(request.user)
        gaps = coverage.gaps(request.user, installation_day(timezone.now()))
        return Response(
            {
                "finding": coverage.summary(number, loads, gaps),
                "uncovered": number,
                "uncovered_kols": list(rows.order_by("stage_since", "pk").values_list("pk", flat=True)[:100]),
                "overloaded": [
                    {"user": load.user.username, "files": load.files, "most": load.most} for load in loads
                ],
                "absences": [
                    {
                        "user": gap.absence.user.username,
                        "deputy": gap.absence.deputy.username,
                        "starts_on": gap.absence.starts_on,
                        "ends_on": gap.absence.ends_on,
                        "why": gap.why,
                    }
                    for gap in gaps
                ],
            }
        )
