"""``/api/v1/kols/{id}/attachments/`` and ``…/picture/``: what is kept with a file as it came."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from kol_crm.core import handing_out, policy
from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.api.parsers import BodyParser
from profiles.models import Attachment, AttachmentKind, Kol
from profiles.services import access
from profiles.services import attachment as verbs
from profiles.services import picture as pictures
from profiles.views.attachment import ATTACHMENTS

ONE = r"attachments/(?P<attachment>[0-9a-f-]{36})"


class AttachmentUpload(serializers.Serializer):
    file = serializers.FileField()


class AttachmentAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kol = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(AttachmentKind.choices)
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    as_it_came = serializers.BooleanField(help_text="Author, program and times may still stand inside.")
    user = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class AttachmentPage(Paged):
    results = AttachmentAnswer(many=True)


BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="The content.")


def answer(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kol": row.kol_id,
        "name": row.file.name,
        "kind": row.kind,
        "media_type": row.file.content_type,
        "size": row.file.size,
        "width": row.width,
        "height": row.height,
        "as_it_came": row.as_it_came,
        "user": row.user and row.user.username,
        "at": row.at,
    }


class AttachmentResource(Resource):
    """Attachments and the picture of a file: under the file's permission, sent as ``multipart/form-data``."""

    parser_classes = [MultiPartParser, BodyParser]

    def _editable(self, pk: str) -> Kol:
        kol = access.kol_or_404(self.request.user, pk)
        self.demand_write_scope()
        return access.kol_or_404(self.request.user, kol.pk, "edit")

    def _sent(self) -> tuple[str, bytes]:
        """Name and content of ``file``. Raises ``ValidationError`` keyed ``file``."""
        file = self.request.FILES.get("file")
        if file is None:
            raise ValidationError({"file": _("Send the file as multipart/form-data, named file.")})
        verbs.demand_size(file.size, policy.current())
        return file.name, file.read()

    def _row(self, kol: Kol, attachment: str, *, standing: bool = True) -> Attachment:
        rows = Attachment.objects.filter(kol=kol, pk=attachment).select_related("file", "kol", "user")
        row = (rows.standing() if standing else rows).first()
        if row is None:
            raise Http404
        return row

    @extend_schema(
        methods=["GET"],
        operation_id="kols_attachments_list",
        parameters=[
            one for one in parameters_of(ATTACHMENTS.filterset, ATTACHMENTS.sorts) if one.name != "kol"
        ],
        responses=AttachmentPage,
    )
    @extend_schema(
        methods=["POST"],
        request={"multipart/form-data": AttachmentUpload},
        responses={201: AttachmentAnswer},
    )
    @action(detail=True, methods=["get", "post"], url_path="attachments")
    def attachments(self, request, pk: str):
        """GET lists them, newest first. POST puts one on record; what it is, is told by its content."""
        if request.method == "POST":
            kol = self._editable(pk)
            row = verbs.add(self.actor, kol, *self._sent())
            kol.refresh_from_db(fields=["version"])
            return Response(answer(row), status=201, headers={"ETag": kol.etag})
        kol = access.kol_or_404(request.user, pk)
        params = QueryDict(mutable=True)
        params.update(request.GET)
        params["kol"] = str(kol.pk)
        return self.listed(ATTACHMENTS, lambda rows: [answer(row) for row in rows], params)

    @extend_schema(methods=["GET"], responses={(200, "*/*"): BYTES})
    @extend_schema(methods=["DELETE"], responses={204: None})
    @action(detail=True, methods=["get", "delete"], url_path=ONE)
    def attachment(self, request, pk: str, attachment: str):
        """GET the content. DELETE takes it off the file; ``restore/`` puts it back."""
        if request.method == "DELETE":
            verbs.remove(self.actor, self._row(self._editable(pk), attachment))
            return Response(status=204)
        kol = access.kol_or_404(request.user, pk)
        return handing_out.download(self._row(kol, attachment).file)

    @extend_schema(request=None, responses=AttachmentAnswer)
    @action(detail=True, methods=["post"], url_path=f"{ONE}/restore")
    def restore_attachment(self, request, pk: str, attachment: str):
        """Put a removed one back."""
        kol = self._editable(pk)
        row = verbs.restore(self.actor, self._row(kol, attachment, standing=False))
        return Response(answer(row))

    @extend_schema(methods=["GET"], responses={(200, "image/webp"): BYTES})
    @extend_schema(
        methods=["PUT"],
        parameters=[IF_MATCH],
        request={"multipart/form-data": AttachmentUpload},
        responses={204: None},
    )
    @extend_schema(methods=["DELETE"], parameters=[IF_MATCH], responses={204: None})
    @action(detail=True, methods=["get", "put", "delete"], url_path="picture")
    def picture(self, request, pk: str):
        """The face, 320 pixels square. PUT crops the middle of a JPEG, PNG or WebP; DELETE takes it off."""
        if request.method == "GET":
            kol = access.kol_or_404(request.user, pk, queryset=Kol.objects.select_related("picture__large"))
            if kol.picture is None:
                raise Http404
            return handing_out.thumbnail(kol.picture.large)
        kol = self._editable(pk)
        version = self.version_asked(kol)
        if request.method == "PUT":
            saved = pictures.put(self.actor, kol, self._sent()[1], version)
        else:
            saved = pictures.remove(self.actor, kol, version)
        return Response(status=204, headers={"ETag": saved.etag})
