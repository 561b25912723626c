"""Files as a table or an address book, where a client asks for that: ``Accept: text/csv``, ``text/vcard``.

The columns are those of the list as it shows them; masks and records of what was shown are those of JSON.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localdate
from rest_framework.renderers import BaseRenderer

from kol_crm.core import audit
from kol_crm.core.actor import Actor
from kol_crm.core.api.renderers import OrjsonRenderer
from profiles.exporting import columns
from profiles.exporting.piece import Table, packed
from profiles.exporting.writing import Cards, Csv, Writer
from profiles.models import ContactPoint, Kol
from profiles.models.querysets import EDIT


class _Named(BaseRenderer):
    """A kind of answer to ask for. The answer itself is written by ``answer``; refusals stay JSON."""

    charset = None

    def render(self, data, accepted_media_type=None, renderer_context=None):
        return OrjsonRenderer().render(data, accepted_media_type, renderer_context)


class CsvRenderer(_Named):
    media_type = "text/csv"
    format = "csv"


class CardRenderer(_Named):
    media_type = "text/vcard"
    format = "vcard"


class LinesRenderer(_Named):
    media_type = "application/x-ndjson"
    format = "ndjson"


def wanted(request) -> str:
    """``json``, ``csv`` or ``vcard``."""
    return request.accepted_renderer.format


def answer(
    request, ids: Sequence[UUID], shown: Sequence[Any], actor: Actor, *, in_clear: bool
) -> HttpResponse:
    """The files of these ids in the format asked for; ``shown`` are columns of the list.

    A table in this order. In an address book those with contacts in clear come first: a mask is no contact.
    """
    own = _own(ids, actor) if in_clear else []
    if wanted(request) == "csv":
        found = _text(Csv(), columns.of(shown), ids, actor, in_clear=in_clear)
    else:
        version = _card_version(request)
        others = [pk for pk in ids if pk not in set(own)]
        found = _text(Cards(in_clear=True, version=version), columns.CARD, own, actor, in_clear=True)
        found += _text(Cards(in_clear=False, version=version), columns.CARD, others, actor, in_clear=False)
    _write_down(own, len(ids), actor)
    return HttpResponse(found, content_type=KINDS[wanted(request)].content_type)


KINDS: dict[str, Writer] = {"csv": Csv(), "vcard": Cards(in_clear=False)}


def _text(writer: Writer, shown, ids: Sequence[UUID], actor: Actor, *, in_clear: bool) -> bytes:
    table = Table(shown, writer, localdate(actor.at), actor.person, in_clear)
    files = Kol.objects.known_to(actor.person)  # the list may be of the trash
    text = writer.head([str(column.heading) for column in table.columns]).encode()
    return text + (table.write(files, packed(ids)).text if ids else b"") + writer.tail().encode()


def _card_version(request) -> str:
    """4.0, or 3.0 for who says ``Accept: text/vcard; version=3.0``."""
    return "3.0" if "version=3.0" in request.accepted_media_type.replace(" ", "").replace('"', "") else "4.0"


def _own(ids: Sequence[UUID], actor: Actor) -> list[UUID]:
    """Those whose contacts the reader may have in clear (DOMAIN 2.3), in their order."""
    may = set(Kol.objects.visible_to(actor.user, EDIT).filter(pk__in=ids).values_list("pk", flat=True))
    return [pk for pk in ids if pk in may]


def _write_down(own: Sequence[UUID], asked: int, actor: Actor) -> None:
    count = ContactPoint.objects.filter(kol__in=own, dead_since=None, guardian=False).count() if own else 0
    if count:
        only = own[0] if len(own) == 1 else None
        audit.disclosed(actor, "api", subject=only, rows=count, detail=f"{asked} files")
