"""``/api/v1/attributes/``: which fields admins added to the file (DOMAIN 1.3)."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import rights
from kol_crm.core.api.base import etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.queries import flag
from kol_crm.core.api.settings import SettingResource
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import Attribute, AttributeKind
from profiles.services import attribute as verbs

RETIRED = OpenApiParameter(
    "retired", OpenApiTypes.BOOL, description="``true``: those no longer asked for, told to admins."
)


class ChoiceBody(StrictSerializer):
    key = serializers.RegexField(
        r"^\w+$", max_length=40, required=False, help_text="Without it another choice is made."
    )
    name_en = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    name_zh = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    retired = serializers.BooleanField(
        required=False, default=False, help_text="No longer given, yet still on files that have it."
    )


class AttributeEdit(StrictSerializer):
    """``choices`` replace the list, one left out is retired. The kind stays once files hold values."""

    name_en = serializers.CharField(max_length=60)
    name_zh = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(AttributeKind.choices)
    group = serializers.ChoiceField(Attribute.Group.choices, required=False)
    position = serializers.IntegerField(required=False, min_value=0, max_value=32767)
    required = serializers.BooleanField(required=False)
    choices = ChoiceBody(many=True, required=False)


class AttributeBody(AttributeEdit):
    key = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="Without it made of the English name."
    )


class AttributeAnswer(AttributeBody):
    version = serializers.IntegerField(read_only=True)
    retired = serializers.BooleanField(read_only=True)

    def to_representation(self, row: Attribute) -> dict[str, Any]:
        names = ("key", "name_en", "name_zh", "kind", "group", "position", "required", "choices", "version")
        return {name: getattr(row, name) for name in names} | {"retired": row.retired_at is not None}


class AttributeResource(SettingResource):
    """Their values stand under ``attributes`` of a file, by key; its list is filtered by ``attr_<key>``."""

    right = staticmethod(rights.edits_attributes)

    def row(self, key: str, *, write: bool = True) -> Attribute:
        """404 unless it is there; to write, then 403 without right or scope."""
        row = Attribute.objects.filter(key=key).first()
        if row is None:
            raise Http404
        if write:
            self.demand_right()
        return row

    def shown(self, row: Attribute, status: int = 200, **headers: str) -> Response:
        return etagged(AttributeAnswer(row).data, row.version, status, **headers)

    @extend_schema(parameters=[RETIRED], responses=AttributeAnswer(many=True))
    def list(self, request):
        """The attributes that are asked for, in their order."""
        if flag(request.GET, "retired"):
            rights.demand(request.user, self.right)
            rows = verbs.retired()
        else:
            rows = verbs.standing()
        return Response([AttributeAnswer(one).data for one in rows])

    @extend_schema(responses=AttributeAnswer)
    def retrieve(self, request, pk: str):
        """One of them, by its key."""
        return self.shown(self.row(pk, write=False))

    @extend_schema(request=AttributeBody, responses={201: AttributeAnswer})
    def create(self, request):
        """Every file asks for one more."""
        self.demand_right()
        values = dict(self.checked(AttributeBody))
        values["key"] = verbs.key_of(values.get("key") or values["name_en"])
        row = verbs.create(self.actor, values)
        return self.shown(row, 201, Location=f"{request.path}{row.key}/")

    @extend_schema(request=AttributeEdit(partial=True), responses=AttributeAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Change what is sent; ``position`` says where it stands."""
        row = self.row(pk)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(AttributeEdit, partial=True), version))

    @extend_schema(request=None, responses=AttributeAnswer)
    @action(detail=True, methods=["post"])
    def retire(self, request, pk: str):
        """No longer asked for or shown; its values stay."""
        return self.shown(verbs.retire(self.actor, self.row(pk)))

    @extend_schema(request=None, responses=AttributeAnswer)
    @action(detail=True, methods=["post"], url_path="take-up")
    def take_up(self, request, pk: str):
        """Asked for again, with the values that it had."""
        return self.shown(verbs.take_up(self.actor, self.row(pk)))
