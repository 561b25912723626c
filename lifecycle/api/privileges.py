"""``/api/v1/privilege-kinds/``, ``privileges/``: what is granted where, and who holds it (DOMAIN 5.8)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, MAY_MATCH, parameters_of
from kol_crm.core.api.settings import SettingResource
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.api.of_file import OfFile
from lifecycle.models import Privilege, PrivilegeKind
from lifecycle.models.privilege import STAGES
from lifecycle.privilege_lists import PRIVILEGES
from lifecycle.services import privilege as verbs
from profiles.models import Kol, Level
from profiles.models.querysets import EDIT, VIEW
from profiles.services import access

KIND_FACTS = ("id", "sort", "name_en", "name_zh", "levels", "stages", "retired", "version")


def editable_file(resource: Resource, kol_id) -> Kol:
    """The file that a body names at ``kol``: 400 where one does not see it, then 403 without the right."""
    user = resource.request.user
    if not Kol.objects.visible_to(user).filter(pk=kol_id).exists():
        raise ValidationError({"kol": _("There is no such row.")})
    return access.kol_or_404(user, kol_id, EDIT)


class KindBody(StrictSerializer):
    sort = serializers.ChoiceField(PrivilegeKind.Sort.choices, required=False)
    name_en = serializers.CharField(max_length=80)
    name_zh = serializers.CharField(max_length=80)
    levels = serializers.ListField(child=serializers.ChoiceField(Level.choices), min_length=1)
    stages = serializers.ListField(
        child=serializers.ChoiceField([(stage.value, stage.label) for stage in STAGES]), min_length=1
    )


class KindEdit(KindBody):
    retired = serializers.BooleanField(required=False)


class KindAnswer(KindBody):
    id = serializers.UUIDField()
    retired = serializers.BooleanField()
    version = serializers.IntegerField()


class GrantBody(StrictSerializer):
    kol = serializers.UUIDField()
    kind = serializers.UUIDField()
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class WithdrawBody(StrictSerializer):
    reason = serializers.CharField(max_length=300)


class PrivilegeHeld(serializers.Serializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField()
    kol = serializers.UUIDField()
    kind = serializers.UUIDField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    note = serializers.CharField()
    granted_at = serializers.DateTimeField()
    granted_by = serializers.CharField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_by = serializers.CharField(allow_null=True, help_text="Null: the software, or a penalty.")
    cause = serializers.ChoiceField(Privilege.Cause.choices, allow_blank=True)
    reason = serializers.CharField()


class PrivilegePage(Paged):
    results = PrivilegeHeld(many=True)


def represent_kind(kind: PrivilegeKind) -> dict[str, Any]:
    return {name: getattr(kind, name) for name in KIND_FACTS}


def represent(rows: Iterable[Privilege]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "version": row.version, "kol": row.kol_id, "kind": row.kind_id}
        | {"name_en": row.kind.name_en, "name_zh": row.kind.name_zh}
        | {name: getattr(row, name) for name in ("note", "granted_at", "withdrawn_at", "cause", "reason")}
        | {
            name: getattr(row, name) and getattr(row, name).username
            for name in ("granted_by", "withdrawn_by")
        }
        for row in rows
    ]


class PrivilegeKindResource(SettingResource):
    """All read the kinds; those who edit policy make them."""

    def row(self, pk: str, *, write: bool = True) -> PrivilegeKind:
        row = PrivilegeKind.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        if write:
            self.demand_right()
        return row

    @extend_schema(responses=KindAnswer(many=True))
    def list(self, request):
        """In the order they were made, retired ones too."""
        return Response([represent_kind(kind) for kind in PrivilegeKind.objects.all()])

    @extend_schema(responses=KindAnswer)
    def retrieve(self, request, pk: str):
        """One kind."""
        kind = self.row(pk, write=False)
        return etagged(represent_kind(kind), kind.version)

    @extend_schema(request=KindBody, responses={201: KindAnswer})
    def create(self, request):
        """Offered at once."""
        self.demand_right()
        kind = verbs.create_kind(self.actor, self.checked(KindBody))
        return etagged(represent_kind(kind), kind.version, 201, Location=f"{request.path}{kind.pk}/")

    @extend_schema(request=KindEdit(partial=True), responses=KindAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Whoever holds it where it is no longer granted loses it; ``retired``: not granted anew."""
        kind = self.row(pk)
        version = self.version_asked(kind)
        saved = verbs.edit_kind(self.actor, kind, self.checked(KindEdit, partial=True), version)
        return etagged(represent_kind(saved), saved.version)


class PrivilegeResource(OfFile):
    """Who holds what, of the files one may see."""

    model = Privilege
    refusal = gettext_lazy("You may see this file but not do this.")
    shape = staticmethod(represent)

    @extend_schema(parameters=parameters_of(PRIVILEGES.filterset, PRIVILEGES.sorts), responses=PrivilegePage)
    def list(self, request):
        """Those granted last first, withdrawn ones too."""
        return self.listed(PRIVILEGES, represent)

    @extend_schema(responses=PrivilegeHeld)
    def retrieve(self, request, pk: str):
        """One grant."""
        return self.shown(self.found(pk, VIEW))

    @extend_schema(request=GrantBody, responses={201: PrivilegeHeld})
    def create(self, request):
        """Grant it; 400 at ``kind`` where level or stage do not hold, 409 ``already_held``."""
        values = self.checked(GrantBody)
        kol = editable_file(self, values["kol"])
        kind = PrivilegeKind.objects.filter(pk=values["kind"]).first()
        if kind is None:
            raise ValidationError({"kind": _("There is no such row.")})
        return self.shown(verbs.grant(self.actor, kol, kind, values["note"]), 201)

    @extend_schema(request=WithdrawBody, responses=PrivilegeHeld, parameters=[MAY_MATCH])
    @action(detail=True, methods=["post"])
    def withdraw(self, request, pk: str):
        """By hand; on the version, where If-Match is sent. 409 ``withdrawn``."""
        row = self.found(pk, EDIT)
        version = self.version_if_asked(row)
        return self.shown(verbs.withdraw(self.actor, row, self.checked(WithdrawBody)["reason"], version))
