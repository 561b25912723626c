"""Next due: the earliest open date over all that the apps offer for a file (DOMAIN 3.13)."""

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from kol_crm.core.extension import ExtensionPoint
from profiles.models import Kol

Source = Callable[[Collection[UUID]], dict[UUID, date]]
sources: ExtensionPoint[Source] = ExtensionPoint("next_due")  # keyed by the kind of row


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
    best = earliest(kol_ids)
    kols = Kol.objects.filter(pk__in=kol_ids).only("id", "next_due", "next_due_kind")
    moved = []
    for kol in kols:
        due, kind = best.get(kol.pk, (None, ""))
        if (kol.next_due, kol.next_due_kind) != (due, kind):
            kol.next_due, kol.next_due_kind = due, kind
            moved.append(kol)
    Kol.objects.bulk_update(moved, ["next_due", "next_due_kind"], batch_size=500)


def touch_dates(kol_ids: Collection[UUID]) -> dict[UUID, date]:
    """The rows that profiles itself offers: stay in touch (DOMAIN 3.10)."""
    rows = Kol.objects.active().filter(pk__in=kol_ids, touch_due__isnull=False)
    return dict(rows.values_list("pk", "touch_due"))
