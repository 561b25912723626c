"""Next due: the earliest open date over all that the apps offer for a file (DOMAIN 3.13)."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from uuid import UUID

from kol_crm.core import copying
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.making import make
from profiles.models import Kol, Stage

Source = Callable[[Collection[UUID]], dict[UUID, date]]
sources: ExtensionPoint[Source] = ExtensionPoint("next_due")  # keyed by the kind of row
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
    """Per file its earliest open date with its kind; files with nothing open are left out."""
    best: dict[UUID, tuple[date, str]] = {}
    for kind, source in sources.items():
        for kol_id, due in source(kol_ids).items():
            if kol_id not in best or due < best[kol_id][0]:
                best[kol_id] = (due, kind)
    return best


def refresh(kol_ids: Collection[UUID]) -> None:
    """Store next due for these files; call in the transaction of the fact that moved a date."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(kol_ids)
        return
    if not kol_ids:
        return
    rows = Kol.objects.filter(pk__in=kol_ids).values_list(
        "pk", "next_due", "next_due_kind", "archived_at", "dormant", "owner"
    )
    kols = list(rows)
    awake = [pk for pk, *_due, gone, dormant, owner in kols if owner and not dormant and gone is None]
    best = earliest(awake) if awake else {}  # a file that is not active has no date of any kind
    moved = []
    for pk, due, kind, *_state in kols:
        now = best.get(pk, (None, ""))
        if (due, kind) != now:
            moved.append(make(Kol, id=pk, next_due=now[0], next_due_kind=now[1]))
    copying.update(moved, ["next_due", "next_due_kind"])


def touch_dates(kol_ids: Collection[UUID]) -> dict[UUID, date]:
    """The rows that profiles itself offers: stay in touch (DOMAIN 3.10)."""
    rows = Kol.objects.active().filter(pk__in=kol_ids, touch_due__isnull=False)
    return dict(rows.values_list("pk", "touch_due"))


def figure_dates(kol_ids: Collection[UUID]) -> dict[UUID, date]:
    """When a figure of theirs has to be brought up to date (DOMAIN 3.5); of the departed none has to."""
    rows = Kol.objects.active().filter(pk__in=kol_ids, figures_due__isnull=False)
    rows = rows.exclude(stage=Stage.DEPARTED)
    return dict(rows.values_list("pk", "figures_due"))
