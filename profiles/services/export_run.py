"""What a worker does for an export: fix which files, write them part by part, put the parts together.

A part once written is not written again, so a run that crashed goes on behind the last one (RELIABILITY 1).
Rights are those of the moment in which a part is written; memory holds one part. What the database writes
costs little memory and much per statement, so its parts are larger.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kol_crm.core import audit, copying, stored
from kol_crm.core.errors import Refused
from kol_crm.core.models import Work
from kol_crm.core.work import Kind, Run
from profiles.exporting import asking, columns, workbook, writing
from profiles.exporting.columns import TableColumn
from profiles.exporting.piece import Table
from profiles.models import Export, ExportFormat, ExportPart, Kol
from profiles.models.querysets import TRASH, VIEW
from profiles.services import exports

PART, PART_OF_DATABASE = 2_000, 20_000  # files


def make(run: Run) -> None:
    """Write the export. Raises ``Refused`` when its maker may no longer have it."""
    export = Export.objects.select_related("user", "work", "file").get(pk=UUID(str(run.work.subject)))
    if export.file is not None:
        return
    with translation.override(export.language):
        _demand_still(export)
        made = _Making(run, export)
        if export.total is None:
            made.fix()
        for part in export.parts.filter(written=False):
            made.write(part)
        made.finish()


def _demand_still(export: Export) -> None:
    """Rights are those of the moment, also in the middle of long work."""
    export.user.refresh_from_db()
    try:
        exports.demand(export.user, in_clear=export.in_clear)
    except PermissionDenied as refusal:
        raise Refused("no_longer", str(refusal)) from refusal


class _Making:
    """One worker's hold on one export."""

    def __init__(self, run: Run, export: Export) -> None:
        self.run, self.export = run, export
        self.found = asking.listing(QueryDict(export.query), export.user, export.at)
        shown: tuple[TableColumn, ...] = columns.CARD
        if export.format != ExportFormat.VCARD:
            shown = columns.of(self.found.display.columns if self.found.display else ())
        self.table = Table(
            shown,
            writing.writer(export.format, in_clear=export.in_clear),
            localdate(export.at),
            export.user,
            export.in_clear,
        )

    def fix(self) -> None:
        """Which files, in which order: one reading of the list, so that none comes twice and none is lost."""
        export = self.export
        ids = None if export.ids is None else [UUID(one) for one in export.ids]
        plain = self.table.is_made_in_database and not export.in_clear  # opening seals takes memory
        size = PART_OF_DATABASE if plain else PART
        with transaction.atomic():
            packs = asking.packed(asking.in_order(self.found, ids), size)
            parts = [ExportPart(export=export, number=n, ids=pack) for n, pack in enumerate(packs)]
            export.total = sum(len(part.ids) // asking.PACKED for part in parts)
            if export.format == ExportFormat.XLSX and export.total > workbook.MOST_ROWS:
                raise Refused("too_many_rows", _("A sheet has no room for so many rows: export a CSV."))
            copying.insert(parts)
            export.save(update_fields=["total"])
            self.run.progress(0, total=export.total)

    def write(self, part: ExportPart) -> None:
        """A part and how far that is, in one transaction."""
        export, user = self.export, self.export.user
        with transaction.atomic():
            _demand_still(export)
            trash = asking.is_trash(self.found)
            files = Kol.objects.visible_to(user, TRASH if trash else VIEW)
            asked = bytes(part.ids)
            piece = self.table.write(files, asked)
            part.written, part.rows = True, piece.rows
            if piece.rows:
                part.file = stored.put(self.run.actor, "part", "text/plain", [piece.text], subject=export.pk)
                part.ids = piece.ids
            changed = ["ids"] if part.rows and piece.ids != asked else []
            part.save(update_fields=["written", "rows", "file", *changed])
            self.run.progress(self.run.work.done + len(asked) // asking.PACKED)

    def finish(self) -> None:
        """The parts as one file, told to who wanted it; contact data in clear is written down."""
        export, actor = self.export, self.run.actor
        parts = list(export.parts.filter(rows__gt=0).defer("ids").select_related("file"))
        with transaction.atomic():
            _demand_still(export)
            text, writer = self._text(parts), self.table.writer
            content = workbook.packed(text) if export.format == ExportFormat.XLSX else text
            export.file = stored.put(actor, export.name, writer.content_type, content, subject=export.pk)
            export.rows = export.parts.aggregate(n=Sum("rows"))["n"] or 0
            export.save(update_fields=["file", "rows"])
            exports.drop_parts(export)
            if export.in_clear:
                audit.disclosed(
                    actor, exports.EXPORT, rows=export.rows, detail=export.name, reason=export.reason
                )
            self.run.progress(export.total or 0, rows=export.rows)

    def _text(self, parts: Sequence[ExportPart]) -> Iterator[bytes]:
        writer = self.table.writer
        yield writer.head([str(column.heading) for column in self.table.columns]).encode()
        for place, part in enumerate(parts):
            if place and writer.between:
                yield writer.between.encode()
            if part.file is not None:
                yield from stored.stream(part.file)
        yield writer.tail().encode()


def _words(work: Work) -> str:
    rows = work.counts.get("rows", 0)
    return ngettext("%(n)d KOL is ready to download", "%(n)d KOLs are ready to download", rows) % {"n": rows}


def _url(work: Work) -> str:
    return reverse("profiles:export-file", args=[work.subject])


KINDS = {exports.EXPORT: Kind(gettext_lazy("Export"), "download", make, _words, _url)}
