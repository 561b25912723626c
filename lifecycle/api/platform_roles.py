"""``/api/v1/platform-roles/``: moderators, council members, mentors, from–to (DOMAIN 5.8)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import MAY_MATCH, parameters_of
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.api.privileges import editable_file
from lifecycle.models import PlatformRole
from lifecycle.privilege_lists import ROLES
from lifecycle.services import platform_role as verbs
from profiles.models.querysets import EDIT, VIEW

PLAIN = ("version", "role", "since", "until", "note", "granted_at", "ended_at", "reason")


class RoleBody(StrictSerializer):
    kol = serializers.UUIDField()
    role = serializers.ChoiceField(PlatformRole.Role.choices)
    since = serializers.DateField(required=False, allow_null=True, default=None, help_text="Null: today.")
    until = serializers.DateField(required=False, allow_null=True, default=None, help_text="The last day.")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ExtendBody(StrictSerializer):
    until = serializers.DateField(allow_null=True, help_text="Null: without end.")


class RoleEnd(StrictSerializer):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class RoleAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    version = serializers.IntegerField()
    role = serializers.ChoiceField(PlatformRole.Role.choices)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    granted_at = serializers.DateTimeField()
    granted_by = serializers.CharField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_by = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class RolePage(Paged):
    results = RoleAnswer(many=True)


def represent(rows: Iterable[PlatformRole]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "kol": row.kol_id}
        | {name: getattr(row, name) for name in PLAIN}
        | {name: getattr(row, name) and getattr(row, name).username for name in ("granted_by", "ended_by")}
        for row in rows
    ]


class PlatformRoleResource(OfFile):
    """Roles of the KOLs whose files one may see."""

    model = PlatformRole
    refusal = gettext_lazy("You may see this file but not do this.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(ROLES.filterset, ROLES.sorts), responses=RolePage)
    def list(self, request):
        """Those that end first, first."""
        return self.listed(ROLES, represent)

    @extend_schema(responses=RoleAnswer)
    def retrieve(self, request, pk: str):
        """One role."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=RoleBody, responses={201: RoleAnswer})
    def create(self, request):
        """Give a role; 400 at ``role`` where they have it in these days, 409 ``departed``."""
        values = self.checked(RoleBody)
        kol = editable_file(self, values["kol"])
        days = (values["since"], values["until"])
        return self.shown(verbs.give(self.actor, kol, values["role"], *days, values["note"]), 201)

    @extend_schema(request=ExtendBody, responses=RoleAnswer, parameters=[MAY_MATCH])
    @action(detail=True, methods=["post"])
    def extend(self, request, pk: str):
        """To a later last day; on the version, where If-Match is sent. 409 ``ended``."""
        row = self.found(pk, EDIT)
        version = self.version_if_asked(row)
        return self.shown(verbs.extend(self.actor, row, self.checked(ExtendBody)["until"], version))

    @extend_schema(request=RoleEnd, responses=RoleAnswer, parameters=[MAY_MATCH])
    @action(detail=True, methods=["post"])
    def end(self, request, pk: str):
        """It is over, at the latest today; on the version, where If-Match is sent. 409 ``ended``."""
        row = self.found(pk, EDIT)
        version = self.version_if_asked(row)
        return self.shown(verbs.end(self.actor, row, self.checked(RoleEnd)["reason"], version))
