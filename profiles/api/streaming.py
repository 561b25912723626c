"""``/api/v1/kols/export/``: all files of a list, a line of JSON each, however many they are."""

from collections.abc import Iterator, Sequence
from itertools import islice
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action

from kol_crm.core import display, lists
from kol_crm.core.actor import Actor
from profiles.api import representation
from profiles.api.file import FileResource
from profiles.api.formats import LinesRenderer
from profiles.api.schema import EXPORT_PARAMETERS, FIELDS
from profiles.exporting import asking
from profiles.models import Kol
from profiles.views.list import KOLS

AT_ONCE = 1_000


class StreamResource(FileResource):
    """What ``kols/`` lists, whole: neither ``limit`` nor ``cursor``."""

    renderer_classes = [LinesRenderer]

    @extend_schema(
        parameters=EXPORT_PARAMETERS,
        responses={(200, "application/x-ndjson"): OpenApiTypes.STR},
        operation_id="kols_export",
    )
    @action(detail=False, methods=["get"])
    def export(self, request):
        """Each file as ``kols/`` shows it, one a line, in that order; which they are is read once."""
        names = representation.chosen(request.GET.getlist(FIELDS))
        if unknown := {"cursor", "limit"} & set(request.GET):
            raise ValidationError({name: _("There is no such parameter.") for name in sorted(unknown)})
        asked = display.without(request.GET, FIELDS)
        actor = self.actor
        found = lists.list_page(asking.whole(KOLS), asked, request.user, actor.at)
        lines = self._lines(asking.in_order(found, None), actor, names)
        return StreamingHttpResponse(lines, content_type=LinesRenderer.media_type)

    def _lines(self, rows, actor: Actor, names: Sequence[str]) -> Iterator[bytes]:
        ids = rows.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE)
        while some := list(islice(ids, AT_ONCE)):
            yield self._piece(some, actor, names)

    def _piece(self, ids: Sequence[UUID], actor: Actor, names: Sequence[str]) -> bytes:
        """Those that are still in sight."""
        seen = set(Kol.objects.known_to(actor.user).filter(pk__in=ids).values_list("pk", flat=True))
        still = [pk for pk in ids if pk in seen]
        shown = representation.represent(still, actor, in_clear=self.in_clear, names=names)
        # PostgreSQL breaks the line between the parts of a list; in a text it writes the sign for it.
        return b"".join(orjson.dumps(row).replace(b"\n", b"") + b"\n" for row in shown)
