"""``/api/v1/fields/``, ``types/``: what KOLs are influential in, what kinds there are (DOMAIN 1.3, 1.4)."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.settings import SettingResource
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import Field, KolType
from profiles.models.catalogue import Named
from profiles.services import catalogue as verbs


class NamedAnswer(serializers.Serializer):
    slug = serializers.CharField(help_text="What files name it by; it stays when the names change.")
    name_en = serializers.CharField()
    name_zh = serializers.CharField()
    retired = serializers.BooleanField(help_text="No longer given, yet still on files that have it.")
    version = serializers.IntegerField()


class NamedBody(StrictSerializer):
    name_en = serializers.CharField(max_length=60)
    name_zh = serializers.CharField(max_length=60)


class NamedEdit(NamedBody):
    retired = serializers.BooleanField(required=False)


class StepsBody(StrictSerializer):
    steps = serializers.IntegerField(min_value=-1000, max_value=1000, help_text="Up -1, down 1.")


class NamedResource(SettingResource):
    """Entries go by their ``slug``. All read them; those who edit policy change them."""

    kind: type[Named]

    def row(self, slug: str, *, write: bool = True) -> Named:
        """404 unless it is there; to write, then 403 without right or scope."""
        row = self.kind._default_manager.filter(slug=slug).first()
        if row is None:
            raise Http404
        if write:
            self.demand_right()
        return row

    def shown(self, row: Named, status: int = 200, **headers: str) -> Response:
        return etagged(NamedAnswer(row).data, row.version, status, **headers)

    @extend_schema(responses=NamedAnswer(many=True))
    def list(self, request):
        """In their order, retired ones too."""
        rows = self.kind._default_manager.order_by("position", "slug")
        return Response(NamedAnswer(rows, many=True).data)

    @extend_schema(responses=NamedAnswer)
    def retrieve(self, request, pk: str):
        """One of them."""
        return self.shown(self.row(pk, write=False))

    @extend_schema(request=NamedBody, responses={201: NamedAnswer})
    def create(self, request):
        """One more, at the end of the list; its slug comes from the English name."""
        self.demand_right()
        row = verbs.add(self.actor, self.kind, **self.checked(NamedBody))
        return self.shown(row, 201, Location=f"{request.path}{row.slug}/")

    @extend_schema(request=NamedEdit(partial=True), responses=NamedAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Rename it; retire it or bring it back."""
        row = self.row(pk)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(NamedEdit, partial=True), version))

    @extend_schema(request=StepsBody, responses=NamedAnswer)
    @action(detail=True, methods=["post"])
    def move(self, request, pk: str):
        """So many places up or down the list."""
        row = self.row(pk)
        verbs.move(self.actor, row, self.checked(StepsBody)["steps"])
        return self.shown(self.row(pk))


class FieldResource(NamedResource):
    kind = Field


class TypeResource(NamedResource):
    kind = KolType
