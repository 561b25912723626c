"""What the OpenAPI document says of answers and parameters."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from kol_crm.core.filters import FilterSet
from profiles.api.serializers import KolBody, SnapshotBody, TouchBody
from profiles.filters import KolFilter
from profiles.models import Level, Stage, Verdict

IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description='The ETag held, or "*" to insist.',
)


def parameters_of(filterset: type[FilterSet], sorts: tuple) -> list[OpenApiParameter]:
    """Query parameters of a list: its filters, sort, limit and cursor."""
    keys = ", ".join(sort.key for sort in sorts)
    return [
        *(
            OpenApiParameter(name, OpenApiTypes.STR, description=str(item.label or ""))
            for name, item in filterset.base_filters.items()
        ),
        OpenApiParameter("sort", OpenApiTypes.STR, description=f"One of {keys}; a minus turns it round."),
        OpenApiParameter("limit", OpenApiTypes.INT, description="Rows a page, at most 1000."),
        OpenApiParameter("cursor", OpenApiTypes.STR, description="From ``next`` or ``previous``."),
    ]


class KolAnswer(KolBody):
    """A complete file."""

    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    team = serializers.CharField(read_only=True)
    main_field = serializers.CharField(read_only=True, allow_null=True)
    stage = serializers.ChoiceField(Stage.choices, read_only=True)
    stage_since = serializers.DateField(read_only=True, allow_null=True)
    level = serializers.ChoiceField([*Level.choices, ("", "none")], read_only=True)
    verdict = serializers.ChoiceField(Verdict.choices, read_only=True)
    quiet_cause = serializers.CharField(read_only=True)
    last_touch_at = serializers.DateTimeField(read_only=True, allow_null=True)
    next_due = serializers.DateField(read_only=True, allow_null=True)
    next_due_kind = serializers.CharField(read_only=True)
    own_followers = serializers.IntegerField(read_only=True, allow_null=True)
    own_followers_on = serializers.DateField(read_only=True, allow_null=True)
    bond = serializers.IntegerField(read_only=True, allow_null=True)
    risk = serializers.IntegerField(read_only=True, allow_null=True)
    dormant = serializers.BooleanField(read_only=True)
    archived_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class Paged(serializers.Serializer):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class KolPage(Paged):
    results = KolAnswer(many=True)


class TouchAnswer(TouchBody):
    id = serializers.UUIDField(read_only=True)
    user = serializers.CharField(read_only=True, allow_null=True)


class TouchPage(Paged):
    results = TouchAnswer(many=True)


class SnapshotAnswer(SnapshotBody):
    id = serializers.UUIDField(read_only=True)
    kol = serializers.UUIDField(read_only=True)
    writer = serializers.CharField(read_only=True, allow_null=True)
    at = serializers.DateTimeField(read_only=True)


class SnapshotPage(Paged):
    results = SnapshotAnswer(many=True)


KOL_PARAMETERS = parameters_of(KolFilter, ())
