"""``/api/v1/incentive-plan-templates/``: what plans begin from (DOMAIN 6.2)."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from incentives.api.plans import ItemBody
from incentives.models import PlanTemplate
from incentives.services import plan_template as verbs
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import KolType, Stage


class TemplateItem(ItemBody):
    id = None
    due_on = None
    ends_on = None
    need = None
    after_days = serializers.IntegerField(
        required=False, min_value=0, help_text="Days from the day the plan is made until it is due."
    )
    lasts_days = serializers.IntegerField(required=False, min_value=0)


class TemplateEdit(StrictSerializer):
    title = serializers.CharField(max_length=120, required=False)
    note = serializers.CharField(required=False, allow_blank=True)
    stage = serializers.ChoiceField(Stage.choices, required=False, allow_blank=True)
    kol_type = serializers.SlugRelatedField(
        queryset=KolType.objects.all(), slug_field="slug", required=False, allow_null=True
    )
    items = TemplateItem(many=True, required=False)


class TemplateBody(TemplateEdit):
    title = serializers.CharField(max_length=120)


class TemplateAnswer(TemplateBody):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    author = serializers.CharField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class TemplateList(serializers.Serializer):
    results = TemplateAnswer(many=True)


def represent(rows: Iterable[PlanTemplate]) -> list[dict[str, Any]]:
    plain = ("id", "version", "title", "note", "stage", "items", "created_at")
    return [
        {name: getattr(row, name) for name in plain}
        | {"kol_type": row.kol_type.slug if row.kol_type else None}
        | {"author": row.author.username if row.author else None}
        for row in rows
    ]


class TemplateResource(Resource):
    """Everybody reads them; managers write them."""

    @extend_schema(responses=TemplateList)
    def list(self, request):
        """All of them, by title."""
        return Response({"results": represent(PlanTemplate.objects.select_related("kol_type", "author"))})

    @extend_schema(responses=TemplateAnswer)
    def retrieve(self, request, pk: str):
        """One template."""
        return self._answer(self._found(pk))

    @extend_schema(request=TemplateBody, responses={201: TemplateAnswer})
    def create(self, request):
        """A new template."""
        self.demand_write_scope()
        return self._answer(verbs.create(self.actor, dict(self.checked(TemplateBody))), 201)

    @extend_schema(request=TemplateEdit, responses=TemplateAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """What is sent; items that are sent replace all of them."""
        row = self._found(pk, write=True)
        version = self.version_asked(row)
        return self._answer(verbs.edit(self.actor, row, dict(self.checked(TemplateEdit)), version))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Throw it away; plans that began from it stay."""
        row = self._found(pk, write=True)
        verbs.remove(self.actor, row, self.version_asked(row))
        return Response(status=204)

    def _found(self, pk: str, *, write: bool = False) -> PlanTemplate:
        row = PlanTemplate.objects.select_related("kol_type", "author").filter(pk=pk).first()
        if row is None:
            raise Http404
        if write:
            self.demand_write_scope()
        return row

    def _answer(self, row: PlanTemplate, status: int = 200) -> Response:
        return etagged(represent([row])[0], row.version, status)
