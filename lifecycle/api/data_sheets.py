"""``/api/v1/kols/{id}/data-sheets/``: what a KOL is handed of their own figures (DOMAIN 5.5)."""

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.strict import StrictSerializer
from lifecycle.first_words import language_of
from lifecycle.models import DataSheet
from lifecycle.services import best_posts
from lifecycle.services import data_sheet as verbs
from lifecycle.views.data_sheet import answer
from profiles.models.querysets import EDIT, VIEW
from profiles.services.access import kol_or_404, row_or_404


class BestPostBody(StrictSerializer):
    title = serializers.CharField(max_length=best_posts.LONGEST_TITLE)
    url = serializers.CharField(required=False, allow_blank=True, help_text="Its address, http or https.")
    on = serializers.DateField(required=False, allow_null=True, help_text="The day it was published.")
    reactions = serializers.IntegerField(required=False, allow_null=True)
    comments = serializers.IntegerField(required=False, allow_null=True)
    shares = serializers.IntegerField(required=False, allow_null=True)
    as_of = serializers.DateField(
        required=False, allow_null=True, help_text="The day of the figures; left out: today."
    )


class DataSheetBody(StrictSerializer):
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, help_text="Left out: the KOL’s.")
    best = BestPostBody(many=True, required=False, help_text="Kept with the most interactions first.")


class DataSheetAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    user = serializers.CharField(allow_null=True)
    content = serializers.DictField()


class DataSheetsAnswer(serializers.Serializer):
    results = DataSheetAnswer(many=True)


def as_answer(row: DataSheet) -> dict:
    user = row.user.username if row.user else None
    return {"id": row.pk, "at": row.at, "user": user, "content": row.content}


class FileSheets(Resource):
    """Data sheets of one file."""

    @extend_schema(responses=DataSheetsAnswer, methods=["get"])
    @extend_schema(request=DataSheetBody, responses={201: DataSheetAnswer}, methods=["post"])
    @action(detail=True, methods=["get", "post"], url_path="data-sheets", url_name="data-sheets")
    def sheets(self, request, pk: str):
        """GET: those taken out, the newest first. POST: take one out; 409 ``no_own_figures``."""
        kol = kol_or_404(request.user, pk)
        if request.method == "GET":
            rows = DataSheet.objects.filter(kol=kol).select_related("user")
            return Response({"results": [as_answer(row) for row in rows]})
        self.demand_write_scope()
        kol = kol_or_404(request.user, pk, EDIT)
        values = {"language": language_of(kol), **self.checked(DataSheetBody)}
        return Response(as_answer(verbs.make(self.actor, kol, **values)), 201)


class SheetResource(Resource):
    """The PDF of a sheet."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def pdf(self, request, pk: str):
        """As it was taken out."""
        rows = DataSheet.objects.select_related("kol")
        return answer(row_or_404(rows, request.user, pk, VIEW, ""))
