"""``/api/v1/kols/{id}/timeline/``, ``pins/``, ``history/``: what happened around a KOL, what was changed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core.api.parameters import IF_MATCH, LIMIT, parameters_of
from profiles import changes, timeline
from profiles.api import story_bodies as bodies
from profiles.api.file import FileResource
from profiles.api.listed_bodies import ID, id_of
from profiles.api.schema import KolAnswer
from profiles.changes import Line
from profiles.models import Kol
from profiles.services import access, restoring
from profiles.services import pin as pins
from profiles.timeline import sources
from profiles.views.history import CHANGES

KIND = OpenApiParameter(
    "kind",
    OpenApiTypes.STR,
    enum=[name for name, _source in sources.items()],
    description="One kind of entry.",
)
CURSOR = OpenApiParameter("cursor", OpenApiTypes.STR, description="From ``next``.")


class StoryResource(FileResource):
    """Story and history of a file: whoever sees the file reads them, whoever edits it changes them."""

    @extend_schema(parameters=[KIND, CURSOR, LIMIT], responses=bodies.StreamAnswer)
    @action(detail=True)
    def timeline(self, request, pk: str):
        """All that happened, newest first; what is pinned stands above the first page."""
        kol = access.kol_or_404(request.user, pk)
        serializer = bodies.StreamAsked(data=request.GET)
        serializer.is_valid(raise_exception=True)
        asked = serializer.validated_data
        kind, before = asked["kind"], asked.get("cursor")
        stream = timeline.read(kol, kind, before, asked["limit"], reader=request.user)
        pinned = timeline.on_top(kol, kind, before, request.user)
        ids = set(kol.pins.values_list("entry", flat=True))
        return Response(
            {
                "next": stream.next and self._reading_on(str(stream.next)),
                "pinned": [bodies.entry(one, pinned=True) for one in pinned],
                "results": [bodies.entry(one, pinned=one.id in ids) for one in stream.entries],
            }
        )

    @extend_schema(request=bodies.PinBody, responses={204: None})
    @action(detail=True, methods=["post"])
    def pins(self, request, pk: str):
        """Pin an entry on top, five at most; again is harmless."""
        kol = self.file(pk)
        pins.put(self.actor, kol, **self.checked(bodies.PinBody))
        return Response(status=204)

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["delete"], url_path=f"pins/(?P<entry>{ID})")
    def pin(self, request, pk: str, entry: str):
        """Back into the stream; 404 when it is not pinned."""
        kol = self.file(pk)
        if not pins.take_off(self.actor, kol, id_of(entry)):
            raise Http404
        return Response(status=204)

    @extend_schema(
        parameters=parameters_of(CHANGES.filterset, CHANGES.sorts),
        responses=bodies.ChangePage,
        operation_id="kols_history_list",
    )
    @action(detail=True)
    def history(self, request, pk: str):
        """Every change, field by field, newest first; contact data only ever as its mask (DOMAIN 3.12)."""
        kol = access.kol_or_404(request.user, pk)
        may_edit = access.may(request.user, kol, "edit")
        spec = replace(CHANGES, rows=lambda _user: changes.of_history(kol))

        def shape(rows: Iterable) -> list[dict[str, Any]]:
            return [
                bodies.change(line, restorable=may_edit and _restorable(kol, line))
                for line in changes.lines(list(rows))
            ]

        return self.listed(spec, shape)

    @extend_schema(request=None, responses=KolAnswer, parameters=[IF_MATCH])
    @action(detail=True, methods=["post"], url_path=f"history/(?P<change>{ID})/restore")
    def restore_change(self, request, pk: str, change: str):
        """Make a field what it was before this change: an edit like any other."""
        kol = self.file(pk)
        row = changes.of_history(kol).filter(root=kol.pk, pk=id_of(change)).first()
        if row is None:
            raise Http404
        restoring.restore(self.actor, kol, row, self.version_asked(kol))
        return self.answer(kol)

    def _reading_on(self, token: str) -> str:
        params = self.request.GET.copy()
        params["cursor"] = token
        return self.request.build_absolute_uri(f"{self.request.path}?{params.urlencode()}")


def _restorable(kol: Kol, line: Line) -> bool:
    """Of a merged file's own history nothing is put back."""
    return line.change.root == kol.pk and restoring.restorable(line.change)
