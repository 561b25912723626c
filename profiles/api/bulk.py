"""``POST /api/v1/kols/bulk-edit/``: the bulk edit of the list, as background work, and its undoing."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.base import Resource
from kol_crm.core.api.own import WorkAnswer
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.list_address import without_place
from kol_crm.core.models import Work
from kol_crm.core.views.work import own_work
from profiles.api import bodies
from profiles.api.serializers import StrengthBody
from profiles.models import Field, Kol, KolType, QuietCause
from profiles.services import bulk, bulk_work

MOST_IDS = 10_000


class BulkChanges(StrictSerializer):
    """What is sent changes in every file; null or empty clears. Tags and fields not named stay."""

    owner = serializers.CharField(required=False)
    type = serializers.SlugRelatedField(
        "slug", queryset=KolType.objects.all(), required=False, allow_null=True
    )
    agency = serializers.CharField(max_length=120, required=False, allow_null=True, allow_blank=True)
    language = serializers.ChoiceField(
        Kol._meta.get_field("language").choices, required=False, allow_blank=True
    )
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)
    touch_interval = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=3650)
    quiet_cause = serializers.ChoiceField(QuietCause.choices, required=False, allow_blank=True)
    attributes = serializers.DictField(
        child=serializers.JSONField(allow_null=True), required=False, help_text="By key; null empties."
    )
    archive = serializers.BooleanField(default=False)
    tags_add = serializers.ListField(child=serializers.CharField(max_length=40), default=list)
    tags_remove = serializers.ListField(child=serializers.CharField(max_length=40), default=list)
    fields_add = StrengthBody(many=True, default=list)
    fields_remove = serializers.SlugRelatedField(
        "slug", queryset=Field.objects.all(), many=True, default=list
    )


class BulkBody(StrictSerializer):
    """Which files: ``ids``, or ``filter``, the query string of ``/api/v1/kols/``, asked again later."""

    ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_IDS)
    filter = serializers.CharField(required=False, allow_blank=True, max_length=4000)
    changes = BulkChanges()

    def validate(self, attrs):
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError({"ids": ["Send either ids or filter."]})
        return attrs


class BulkResource(Resource):
    @extend_schema(request=BulkBody, responses={202: WorkAnswer})
    def create(self, request):
        """Put it to work: 202; how far it is stands at ``/api/v1/work/{id}/``. Others' files are left out."""
        self.demand_write_scope()
        checked = self.checked(BulkBody)
        changes, actor = dict(checked["changes"]), self.actor
        lists = {
            name: changes.pop(name) for name in ("tags_add", "tags_remove", "fields_add", "fields_remove")
        }
        lists["fields_add"] = [(entry["field"], entry["strength"]) for entry in lists["fields_add"]]
        archive = changes.pop("archive")
        wanted = bulk.Changes(facts=bodies.values_of(actor, changes), archive=archive, **lists)
        query = without_place(checked["filter"]) if "filter" in checked else None
        return _accepted(bulk_work.start(actor, wanted, ids=checked.get("ids", ()), query=query))

    @extend_schema(request=None, responses={202: WorkAnswer})
    @action(detail=True, methods=["post"])
    def undo(self, request, pk: str):
        """Take the whole job back, once; values changed since stay and are listed in ``counts``."""
        work = own_work(request.user, UUID(pk))
        self.demand_write_scope()
        return _accepted(bulk_work.undo(self.actor, work))


def _accepted(work: Work) -> Response:
    names = ("kind", "state", "done", "total", "counts", "error", "created_at", "ended_at")
    answer = {"id": work.pk, "words": "", "result_url": ""} | {name: getattr(work, name) for name in names}
    return Response(answer, status=202, headers={"Location": f"/api/v1/work/{work.pk}/"})
