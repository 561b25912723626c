"""``/api/v1/exports/``: the list taken away as a file, made in the background (UI, screen 2)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import handing_out
from kol_crm.core.api.base import Resource
from kol_crm.core.api.file_kinds import CSV, JSON, VCARD, XLSX, files
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import CURSOR, LIMIT
from kol_crm.core.api.strict import StrictSerializer
from profiles.api.schema import KOL_PARAMETERS
from profiles.models import Export, ExportFormat, ExportState
from profiles.models.attribute import PREFIX
from profiles.models.querysets import EDIT
from profiles.services import exports
from profiles.views.exporting import EXPORTS, export_or_404

MOST_IDS = 10_000
STATE = OpenApiParameter("state", OpenApiTypes.STR, many=True, enum=ExportState.values)


class ExportBody(StrictSerializer):
    """``in_clear`` needs the scope ``contacts:read``, a manager's right and a ``reason``."""

    format = serializers.ChoiceField(ExportFormat.choices, default=ExportFormat.CSV)
    ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, max_length=MOST_IDS, min_length=1
    )
    in_clear = serializers.BooleanField(default=False)
    reason = serializers.CharField(default="", allow_blank=True, max_length=500)


class ExportAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    format = serializers.ChoiceField(ExportFormat.choices)
    in_clear = serializers.BooleanField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(ExportState.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    rows = serializers.IntegerField()
    user = serializers.CharField()
    at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    work = serializers.UUIDField(help_text="``/work/{id}/`` tells how far it is.")
    file = serializers.CharField(help_text="Where the file is; empty while, or because, there is none.")


class ExportPage(Paged):
    results = ExportAnswer(many=True)


class ExportResource(Resource):
    """One's own exports; managers also see which of their teams' held contact data in clear."""

    added = (PREFIX,)

    def demand_contacts(self, *, in_clear: bool) -> None:
        if in_clear and not self.request.auth.allows("contacts:read"):
            raise PermissionDenied("The token has no scope contacts:read.")

    @extend_schema(parameters=[STATE, LIMIT, CURSOR], responses=ExportPage, operation_id="exports_list")
    def list(self, request):
        """The newest first."""
        return self.listed(EXPORTS, lambda rows: [answer(row) for row in rows])

    @extend_schema(responses=ExportAnswer)
    def retrieve(self, request, pk: str):
        """How far it is, and where its file is."""
        return Response(answer(export_or_404(request.user, pk)))

    @extend_schema(parameters=KOL_PARAMETERS, request=ExportBody, responses={202: ExportAnswer})
    def create(self, request):
        """Export what ``/kols/`` answers to the same parameters, in that order; ``ids``: only these files."""
        exports.demand(request.user, in_clear=False)
        checked = self.checked(ExportBody)
        self.demand_contacts(in_clear=checked["in_clear"])
        made = exports.start(
            self.actor,
            request.GET,
            checked["format"],
            ids=checked.get("ids"),
            in_clear=checked["in_clear"],
            reason=checked["reason"],
        )
        return Response(answer(made), status=202, headers={"Location": f"{request.path}{made.pk}/"})

    @extend_schema(responses=files(CSV, XLSX, JSON, VCARD))
    @action(detail=True, methods=["get"])
    def file(self, request, pk: str):
        """The file, to its maker. 409 ``not_ready``, ``expired``, ``out_of_sight`` (rights changed)."""
        export = export_or_404(request.user, pk, EDIT)
        self.demand_contacts(in_clear=export.in_clear)
        return handing_out.download(exports.opened(self.actor, export))


def answer(export: Export) -> dict[str, Any]:
    names = ("name", "format", "in_clear", "reason", "total", "rows", "at", "expires_at")
    return {
        "id": export.pk,
        **{name: getattr(export, name) for name in names},
        "state": export.state,
        "done": export.work.done,
        "user": export.user.username,
        "work": export.work_id,
        "file": f"/api/v1/exports/{export.pk}/file/" if export.is_ready else "",
    }
