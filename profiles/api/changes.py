"""``/api/v1/kols/changes/``: what changed since, for clients that hold copies (docs/sync.md)."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.errors import FullSyncRequired
from kol_crm.core.api.parameters import LIMIT
from kol_crm.core.api.queries import flag
from kol_crm.core.list_address import page_size
from profiles import sync_cursor, sync_feed
from profiles.api import representation
from profiles.api.file import FileResource
from profiles.api.schema import CHOSEN, FIELDS, KolAnswer
from profiles.models import SyncKind
from profiles.sync_cursor import Position, Reader
from profiles.sync_feed import OUT_OF_SCOPE, Entry

CURSOR, START, SKIP_OWN = "cursor", "start", "skip_own"
ROWS = 100
KINDS = (*SyncKind.values, OUT_OF_SCOPE)


class ChangedFile(serializers.Serializer):
    """A file as it is now, or that it is gone: then nothing of it but its id and why."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    version = serializers.IntegerField(
        allow_null=True, help_text="Grows with every change of what is shown; null for out_of_scope."
    )
    own = serializers.BooleanField(help_text="Nobody but this token has changed it since the cursor.")
    survivor = serializers.UUIDField(
        allow_null=True, help_text="Of a merged file: the one that stands for both, if one sees it."
    )
    kol = KolAnswer(allow_null=True)


class ChangedFiles(serializers.Serializer):
    results = ChangedFile(many=True)
    next_cursor = serializers.CharField(help_text="For the next call; good for 90 days.")
    has_more = serializers.BooleanField(help_text="Whether there is more at this moment.")


class ChangeResource(FileResource):
    """The feed of changes. It never tells of files that were never in the token's sight."""

    @extend_schema(
        parameters=[
            OpenApiParameter(CURSOR, OpenApiTypes.STR, description="``next_cursor`` of the last answer."),
            OpenApiParameter(
                START, OpenApiTypes.BOOL, description="A cursor to begin with: take it before listing kols/."
            ),
            OpenApiParameter(SKIP_OWN, OpenApiTypes.BOOL, description="Leave out what only this token did."),
            CHOSEN,
            LIMIT,
        ],
        responses=ChangedFiles,
        operation_id="kols_changes",
    )
    @action(detail=False, methods=["get"])
    def changes(self, request):
        """Every file changed after the cursor, as it is now; 410 ``full_sync_required``: begin anew."""
        asked = request.GET
        names = representation.chosen(asked.getlist(FIELDS))
        reader = Reader(request.user, request.auth, names, flag(asked, SKIP_OWN))
        size, teams, actor = page_size(asked.get("limit"), ROWS), reader.teams, self.actor
        bound = reader.bound(teams)
        if flag(asked, START):
            return self._told([], sync_feed.now_at(), bound, has_more=False)
        if not asked.get(CURSOR):
            raise ValidationError({CURSOR: _("Begin with start=true.")})
        try:
            start = sync_cursor.read(asked[CURSOR], bound, actor.at)
        except sync_cursor.Unusable as error:
            raise FullSyncRequired(str(error), f"{request.path}?{START}=true") from error
        found = sync_feed.page(reader, teams, start, size)
        return self._told(self._results(found.entries, names), found.end, bound, has_more=found.has_more)

    def _told(self, results: list, end: Position, bound: tuple, *, has_more: bool) -> Response:
        cursor = sync_cursor.write(end, bound, self.actor.at)
        return Response({"results": results, "next_cursor": cursor, "has_more": has_more})

    def _results(self, entries, names) -> list[dict[str, Any]]:
        if not entries:
            return []
        user = self.request.user
        seen = sync_feed.survivors_in_sight(user, entries)
        ids = [entry.kol for entry in entries if entry.kind == SyncKind.LIVE]
        shown = representation.by_id(ids, self.actor, in_clear=self.in_clear, names=names)
        told = []
        for entry in entries:
            if entry.kind != SyncKind.LIVE:
                stands_for = sync_feed.survivor(user, entry, seen)
                told.append(_entry(entry, None, stands_for))
            elif entry.kol in shown:  # otherwise it has just gone out of sight, and comes again as that
                told.append(_entry(entry, shown[entry.kol], None))
        return told


def _entry(entry: Entry, kol: Any, survivor: UUID | None) -> dict[str, Any]:
    return {
        "id": entry.kol,
        "kind": entry.kind,
        "version": entry.version,
        "own": entry.own,
        "survivor": survivor,
        "kol": kol,
    }
