"""What the OpenAPI document says of answers and parameters."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from kol_crm.core.api.file_kinds import CSV, JSON, VCARD
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import parameters_of
from profiles.api.serializers import KolBody, SnapshotBody, TouchBody
from profiles.models import Level, Stage, Verdict
from profiles.views.list import KOLS

INSIST = OpenApiParameter(
    "Insist-On-Twin",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description='"true" creates the file although somebody like this is on file.',
)


FIELDS = "fields"
CHOSEN = OpenApiParameter(
    FIELDS,
    OpenApiTypes.STR,
    description="Names with commas between: only these of a file, and always its id. Left out: all.",
)


class KnownAs(serializers.Serializer):
    """By which id a source knows the file."""

    source = serializers.CharField(help_text="The key of the source.")
    external_id = serializers.CharField()


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
    stop = serializers.CharField(
        read_only=True, help_text="Empty, or why nothing is granted or paid; see stops/."
    )
    last_touch_at = serializers.DateTimeField(read_only=True, allow_null=True)
    next_due = serializers.DateField(read_only=True, allow_null=True)
    next_due_kind = serializers.CharField(read_only=True)
    own_followers = serializers.IntegerField(read_only=True, allow_null=True)
    own_followers_on = serializers.DateField(read_only=True, allow_null=True)
    bond = serializers.IntegerField(read_only=True, allow_null=True)
    risk = serializers.IntegerField(read_only=True, allow_null=True)
    dormant = serializers.BooleanField(read_only=True)
    picture = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="Another one with each picture; shown at picture/."
    )
    handle = serializers.CharField(read_only=True, help_text="Of the main account.")
    archived_at = serializers.DateTimeField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)
    external_ids = KnownAs(many=True, read_only=True)


class WarmthAnswer(serializers.Serializer):
    """DOMAIN 3.10."""

    value = serializers.ChoiceField(["warm", "cooling", "cold", "one_sided"], allow_null=True)
    parts = serializers.ListField(child=serializers.DictField())


class KolPage(Paged):
    results = KolAnswer(many=True)


class GroupAnswer(serializers.Serializer):
    value = serializers.CharField()
    label = serializers.CharField()
    total = serializers.IntegerField(allow_null=True)


class GroupsAnswer(serializers.Serializer):
    group = serializers.CharField()
    results = GroupAnswer(many=True)


class TwinsTold(serializers.Serializer):
    told = serializers.ListField(child=serializers.CharField(), help_text="Who was told, in words.")


class VoiceAnswer(serializers.Serializer):
    """A touch of somebody else of us, so close that the two name each other."""

    user = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    touch = serializers.UUIDField(allow_null=True, help_text="Null on a file that one may not see.")
    reason = serializers.CharField(help_text="Why the later one was written all the same.")


class TouchAnswer(TouchBody):
    also = None
    beside = VoiceAnswer(read_only=True, allow_null=True)
    followed_by = VoiceAnswer(many=True, read_only=True)
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


KOL_PARAMETERS = [
    *parameters_of(KOLS.filterset, KOLS.sorts),
    CHOSEN,
    OpenApiParameter(
        "view", OpenApiTypes.UUID, description="A saved view; what stands beside it replaces its own."
    ),
    OpenApiParameter(
        "group", OpenApiTypes.STR, enum=list(KOLS.groups), description="What ``inside`` is a group of."
    ),
    OpenApiParameter("inside", OpenApiTypes.STR, description="The value of one group of ``kols/groups/``."),
]

EXPORT_PARAMETERS = [one for one in KOL_PARAMETERS if one.name not in ("cursor", "limit")]


def in_formats(answer) -> dict:
    """The same as JSON, as a table and as an address book."""
    return {
        (200, JSON): answer,
        (200, CSV): OpenApiTypes.STR,
        (200, VCARD): OpenApiTypes.STR,
    }
