"""``/api/v1/sources/``: who pushes files; ``kols/{id}/external-ids/``: by which id a source knows a file."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import rights
from kol_crm.core.api.base import etagged
from kol_crm.core.api.parameters import IF_MATCH
from kol_crm.core.api.settings import SettingResource
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import User
from profiles.api.file import FileResource
from profiles.api.listed_bodies import ID, id_of
from profiles.models import ExternalId, Source
from profiles.services import access, external_id
from profiles.services import source as verbs


class SourceAnswer(serializers.Serializer):
    slug = serializers.CharField(help_text="What a push names it by; it stays.")
    name = serializers.CharField()
    owner = serializers.CharField(help_text="The user whose tokens push.", source="owner.username")
    owns = serializers.ListField(child=serializers.CharField(), help_text="Facts it has the last word on.")
    retired = serializers.BooleanField()
    version = serializers.IntegerField()


class SourceEdit(StrictSerializer):
    name = serializers.CharField(max_length=80)
    owner = serializers.SlugRelatedField("username", queryset=User.objects.filter(is_active=True))
    owns = serializers.ListField(child=serializers.CharField(max_length=60), required=False)
    retired = serializers.BooleanField(required=False)


class SourceBody(SourceEdit):
    slug = serializers.SlugField(max_length=40)


class ExternalIdBody(StrictSerializer):
    source = serializers.CharField(max_length=40)
    external_id = serializers.CharField(max_length=120)


class ExternalIdAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    source = serializers.CharField()
    external_id = serializers.CharField()


class SourceResource(SettingResource):
    """Sources go by their ``slug``. Admins see and change all, everybody else sees those of their own."""

    right = staticmethod(rights.edits_attributes)

    def row(self, slug: str, *, write: bool = True) -> Source:
        """404 unless it is the reader's to see; to write, then 403 without right or scope."""
        row = self._seen().filter(slug=slug).first()
        if row is None:
            raise Http404
        if write:
            self.demand_right()
        return row

    def _seen(self):
        rows = Source.objects.select_related("owner")
        user = self.request.user
        return rows if rights.edits_attributes(user) else rows.filter(owner=user)

    def shown(self, row: Source, status: int = 200, **headers: str) -> Response:
        return etagged(SourceAnswer(row).data, row.version, status, **headers)

    @extend_schema(responses=SourceAnswer(many=True))
    def list(self, request):
        """By name, retired ones too."""
        return Response(SourceAnswer(self._seen(), many=True).data)

    @extend_schema(responses=SourceAnswer)
    def retrieve(self, request, pk: str):
        """One of them."""
        return self.shown(self.row(pk, write=False))

    @extend_schema(request=SourceBody, responses={201: SourceAnswer})
    def create(self, request):
        """One more; ``owns`` are facts on which no other source is heard."""
        self.demand_right()
        row = verbs.add(self.actor, self.checked(SourceBody))
        return self.shown(row, 201, Location=f"{request.path}{row.slug}/")

    @extend_schema(request=SourceEdit(partial=True), responses=SourceAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Another name or owner, other facts; retire it or bring it back."""
        row = self.row(pk)
        version = self.version_asked(row)
        return self.shown(verbs.edit(self.actor, row, self.checked(SourceEdit, partial=True), version))


class KnownAsResource(FileResource):
    """The ids of a file in other systems, one by one; ``ETag`` is the file's version."""

    @extend_schema(
        methods=["GET"], responses=ExternalIdAnswer(many=True), operation_id="kols_external_ids_list"
    )
    @extend_schema(
        methods=["POST"], request=ExternalIdBody, responses={201: ExternalIdAnswer}, parameters=[IF_MATCH]
    )
    @action(detail=True, methods=["get", "post"], url_path="external-ids")
    def external_ids(self, request, pk: str):
        """GET all; POST one more, of a source of one's own."""
        if request.method == "GET":
            kol = access.kol_or_404(request.user, pk)
            rows = kol.external_ids.select_related("source")
            return etagged([_shown(row) for row in rows], kol.version)
        kol = self.file(pk)
        version = self.version_asked(kol)
        sent = self.checked(ExternalIdBody)
        source = verbs.of(request.user, sent["source"])
        row = external_id.add(self.actor, kol, source, sent["external_id"], version)
        kol.refresh_from_db(fields=["version"])
        return etagged(_shown(row), kol.version, 201, Location=f"{request.path}{row.pk}/")

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    @action(detail=True, methods=["delete"], url_path=f"external-ids/(?P<known>{ID})")
    def external_id(self, request, pk: str, known: str):
        """No longer known by it; sent again it makes a new file. One's own source's, or by an admin."""
        kol = self.file(pk)
        row = ExternalId.objects.filter(kol=kol, pk=id_of(known)).select_related("source", "kol").first()
        if row is None:
            raise Http404
        if row.source.owner_id != request.user.pk and not rights.edits_attributes(request.user):
            raise PermissionDenied
        external_id.remove(self.actor, row, self.version_asked(kol))
        kol.refresh_from_db(fields=["version"])
        return Response(status=204, headers={"ETag": kol.etag})


def _shown(row: ExternalId) -> dict[str, str | UUID]:
    return {"id": row.pk, "source": row.source.slug, "external_id": row.external_id}
