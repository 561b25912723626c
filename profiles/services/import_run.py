"""What a worker does for an import: check every row, take the rows in (UI, screen 9; RELIABILITY 1)."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import copying
from kol_crm.core.errors import Refused
from kol_crm.core.models import Work
from kol_crm.core.said import kept
from kol_crm.core.work import Kind, Run
from profiles.importing.reading import UnreadableTable
from profiles.importing.report import Report
from profiles.importing.rows import ReadRow
from profiles.models import Import, Outcome
from profiles.services import import_twins, importing, imports, outcomes, undoing
from profiles.services.import_chunks import Book
from profiles.services.matching import Case

State = Import.State


class Kept(Book):
    """Keeps what became of each row, in its chunk's transaction: a run that crashed goes on behind it."""

    def __init__(self, run: Run, imported: Import, *, written: bool) -> None:
        self.run, self.imported, self.written = run, imported, written
        rows = imported.rows.filter(written=True)
        self.numbers = set(rows.values_list("number", flat=True)) if written else set()

    def done(self, row: ReadRow) -> bool:
        return row.number in self.numbers

    def made(self, ids: Collection[UUID]) -> set[UUID]:
        rows = self.imported.rows.filter(written=True, outcome=Outcome.CREATED, kol__in=ids)
        return set(rows.values_list("kol_id", flat=True))

    def write(self, rejected: Sequence[ReadRow], cases: Sequence[Case]) -> None:
        rows = [outcomes.rejected(self.imported, row, written=self.written) for row in rejected]
        for case in cases:
            rows += outcomes.of_case(self.imported, case, written=self.written)
        copying.insert(rows)
        self.numbers.update(row.number for row in rows)
        self.run.progress(len(self.numbers), total=self.imported.total)


def check(run: Run) -> None:
    """Every row as it would be taken in, and nothing written but that."""
    _take(run, State.CHECKING, State.PREVIEW, written=False)


def take_in(run: Run) -> None:
    """Every row that is not in yet."""
    _take(run, State.RUNNING, State.DONE, written=True)


def _take(run: Run, during: str, after: str, *, written: bool) -> None:
    imported = _import_of(run)
    actor = imports.actor_of(run, imported.name)
    actor = replace(actor, insists=import_twins.NEW in imported.decisions.values())
    imported.rows.filter(written=False).delete()
    try:
        table = imports.read(imported, actor)
    except UnreadableTable as error:
        raise Refused("unreadable", str(error)) from error
    report = Report(shown=0)
    order = imports.order_of(imported, dry_run=not written)
    importing.take_in(actor, table, order, report, lambda _report: None, Kept(run, imported, written=written))
    notes = [kept(note) for note in (*table.notes, *report.left_out_lines())]
    with transaction.atomic():
        run.progress(imported.total)
        Import.objects.filter(pk=imported.pk, state=during).update(
            state=after, counts=counts_of(imported), notes=notes
        )


def take_back(run: Run) -> None:
    imported = _import_of(run)
    undoing.take_back(run, imported, imports.actor_of(run, _("Undo of %(name)s") % {"name": imported.name}))


def counts_of(imported: Import) -> dict[str, int]:
    """Rows by outcome, each outcome named."""
    rows = imported.rows.order_by().values_list("outcome").annotate(Count("pk"))
    return dict.fromkeys(Outcome.values, 0) | dict(rows)


def _import_of(run: Run) -> Import:
    return _of(run.work).select_related("file", "owner__team", "user__team").get()


def _of(work: Work) -> QuerySet[Import]:
    return Import.objects.filter(pk=work.subject) if work.subject else Import.objects.none()


def _words(work: Work) -> str:
    imported = _of(work).first()
    if imported is None:
        return ""
    told = dict.fromkeys(Outcome.values, 0) | imported.counts | {"file": imported.name}
    if imported.state == State.UNDONE:
        return _("%(file)s is undone.") % told
    return (
        _("%(file)s: %(created)d new, %(updated)d changed, %(unchanged)d unchanged, %(rejected)d errors.")
        % told
    )


def _url(work: Work) -> str:
    return reverse("profiles:import", args=[work.subject])


KINDS = {
    imports.CHECK: Kind(gettext_lazy("Checking an import"), "list-checks", check, _words, _url),
    imports.RUN: Kind(gettext_lazy("Import"), "upload", take_in, _words, _url),
    imports.UNDO: Kind(gettext_lazy("Undoing an import"), "undo-2", take_back, _words, _url),
}
