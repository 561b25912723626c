"""``/api/v1/notices/``, ``/api/v1/work/``: what a token's user is told, and how far their work is."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import notices
from kol_crm.core.api.base import Resource
from kol_crm.core.api.paged import Paged
from kol_crm.core.api.parameters import CURSOR, LIMIT
from kol_crm.core.views.notice import NOTICES
from kol_crm.core.views.work import context, own_work

UNREAD = OpenApiParameter("unread", OpenApiTypes.BOOL, description="``true``: new ones only.")


class NoticeAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticePage(Paged):
    results = NoticeAnswer(many=True)


class WorkAnswer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    counts = serializers.DictField()
    error = serializers.CharField()
    created_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField()
    result_url = serializers.CharField()


class NoticeResource(Resource):
    """One's own notices."""

    @extend_schema(parameters=[UNREAD, LIMIT, CURSOR], responses=NoticePage)
    def list(self, request):
        """Newest first; what is about a file that one may no longer see is left out."""

        def shape(rows: list) -> list[dict[str, Any]]:
            return [
                {
                    "id": row.pk,
                    "kind": row.kind,
                    "text": told.text,
                    "url": told.url,
                    "by": row.by and row.by.username,
                    "at": row.at,
                    "read_at": row.read_at,
                }
                for row, told, _kind in notices.in_words(rows, request.user)
            ]

        return self.listed(NOTICES, shape)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def read(self, request, pk: str):
        """Mark as read; again is harmless."""
        if not NOTICES.rows(request.user).filter(pk=pk).exists():
            raise Http404
        self.demand_write_scope()
        notices.mark_read(self.actor, [UUID(pk)])
        return Response(status=204)


class WorkResource(Resource):
    """How far background work is that one's own calls or pages have started."""

    @extend_schema(responses=WorkAnswer)
    def retrieve(self, request, pk: str):
        """``state``: waiting, running, done, failed, cancelled."""
        work = own_work(request.user, UUID(pk))
        shown = context(work)
        names = ("kind", "state", "done", "total", "counts", "error", "created_at", "ended_at")
        answer = {"id": work.pk} | {name: getattr(work, name) for name in names}
        return Response(answer | {"words": shown["words"], "result_url": shown["result_url"]})
