"""Next due: the earliest open date over all that the apps offer for a file (DOMAIN 3.13)."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.making import make
from profiles import due_statement
from profiles.models import Kol, Stage

# Of the files asked about, all of them active, the open days as rows (file, day). It may go by the policy and
# the installation's zone, not by the time: the statement is kept.
Source = Callable[[QuerySet], QuerySet]
sources: ExtensionPoint[Source] = ExtensionPoint("next_due")  # keyed by the kind of row
# New files before they are written: sets the dates that their rows begin with, so that ``kol.born``, which
# makes what stands behind these dates, need not write the row, with all its indexes, once more.
dated: ExtensionPoint[Callable[[Actor, Sequence[Kol]], Any]] = ExtensionPoint("dates of new files")
# Kinds of which such a row says by itself when they are due.
begins: ExtensionPoint[Callable[[Kol], date | None]] = ExtensionPoint("next_due of new files")
FIGURES = "figures"
COLUMNS = ("next_due", "next_due_kind", "archived_at", "dormant", "owner")
_waiting: ContextVar[set[UUID] | None] = ContextVar("files whose next due is asked later", default=None)


@contextmanager
def asked_once() -> Iterator[None]:
    """Within, ``refresh`` only notes the files; at the end all are asked together.

    For a verb whose steps each move a date: every source is asked once and not once a step.
    """
    if _waiting.get() is not None:
        yield
        return
    files: set[UUID] = set()
    token = _waiting.set(files)
    try:
        yield
    finally:
        _waiting.reset(token)
    refresh(files)


def earliest(kol_ids: Collection[UUID]) -> dict[UUID, tuple[date, str]]:
    """Per active file its earliest open date with its kind; files with nothing open are left out.

    All kinds are asked in one statement. Of two kinds with the same day the one registered first is named.
    """
    kinds = tuple(sources.items())
    best: dict[UUID, tuple[date, int]] = {}
    for kol_id, day, kind in due_statement.asked(kinds, kol_ids):
        best[kol_id] = min(best.get(kol_id, (day, kind)), (day, kind))
    return {kol_id: (day, kinds[kind][0]) for kol_id, (day, kind) in best.items()}


def begin(actor: Actor, kols: Sequence[Kol]) -> None:
    """Set on new files, not yet written, the dates that they begin with, and what is due next by them.

    In introduction, and with nothing hanging on it that could be due, a new file has no other date.
    """
    for date_first in dated:
        date_first(actor, kols)
    kinds = [(kind, begins.get(kind)) for kind, _source in sources.items()]
    asked = [(kind, first) for kind, first in kinds if first is not None]
    for kol in kols:
        if kol.dormant or kol.owner_id is None:
            continue
        days = [(day, kind) for kind, first in asked if (day := first(kol)) is not None]
        if days:
            # Of one day the kind that is registered first, as ``earliest``.
            kol.next_due, kol.next_due_kind = min(days, key=itemgetter(0))


def may_move(kol: Kol, day: date | None) -> bool:
    """Whether the file's next due may be another now that its figures are due on ``day``; reads ``COLUMNS``.

    It stays where another kind is due earlier, or where nothing is, the file being at rest.
    """
    if kol.archived_at is not None or kol.dormant or kol.owner_id is None:
        return kol.next_due is not None
    return kol.next_due_kind == FIGURES or (day is not None and (kol.next_due is None or day <= kol.next_due))


def refresh(kol_ids: Collection[UUID]) -> None:
    """Store next due for these files; call in the transaction of the fact that moved a date."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(kol_ids)
        return
    if not kol_ids:
        return
    best = earliest(kol_ids)  # a file that is not active has no date of any kind
    moved = []
    for pk, due, kind in Kol.objects.filter(pk__in=kol_ids).values_list("pk", "next_due", "next_due_kind"):
        now = best.get(pk, (None, ""))
        if (due, kind) != now:
            moved.append(make(Kol, id=pk, next_due=now[0], next_due_kind=now[1]))
    copying.update(moved, ["next_due", "next_due_kind"])


def touch_dates(files: QuerySet) -> QuerySet:
    """The rows that profiles itself offers: stay in touch (DOMAIN 3.10)."""
    return files.values_list("pk", "touch_due")


def first_figures(kol: Kol) -> date | None:
    """``figure_dates`` of a new file."""
    return None if kol.stage == Stage.DEPARTED else kol.figures_due


def figure_dates(files: QuerySet) -> QuerySet:
    """When a figure of theirs has to be brought up to date (DOMAIN 3.5); of the departed none has to."""
    return files.exclude(stage=Stage.DEPARTED).values_list("pk", "figures_due")
