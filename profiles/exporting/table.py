"""Files as rows of a table: a fixed number of queries for each piece, whatever its size (PERFORMANCE)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kol_crm.core.models import User
from profiles.exporting.columns import CONTACTS, TableColumn, loader, loads, values_of
from profiles.exporting.kinds import CellValue
from profiles.models import Account, ContactPoint, Kol, Platform
from profiles.models.querysets import EDIT
from profiles.services import contact as contact_verbs
from profiles.views.cells import Reading

Contacts = dict[UUID, dict[str, list[str]]]
NONE: Mapping[str, list[str]] = {}


def read(
    files: QuerySet[Kol],
    ids: Sequence[UUID],
    columns: Sequence[TableColumn],
    *,
    day: date,
    user: User,
    in_clear: bool,
) -> list[list[CellValue]]:
    """The rows of those of the ``ids`` that are among ``files``, in the order of the ids.

    ``in_clear``: contacts of files that ``user`` may edit as they are; all others as their masks (2.3).
    """
    found = {row["id"]: row for row in files.filter(pk__in=ids).values(*values_of(columns))}
    rows = [found[pk] for pk in ids if pk in found]
    for need in loads(columns):
        brought = _brought(need, rows, user, in_clear=in_clear)
        nothing = NONE if need == "contacts" else None
        for row in rows:
            row[need] = brought.get(row["id"], nothing)
    reading = Reading(day)
    written = [column.kind.value for column in columns]
    return [[value(row, reading) for value in written] for row in rows]


def _brought(need: str, rows: list[dict[str, Any]], user: User, *, in_clear: bool) -> Mapping[Any, Any]:
    ids = [row["id"] for row in rows]
    if need == "contacts":
        return _contacts(ids, user, in_clear=in_clear)
    if need == "own":
        return _own_accounts(ids)
    load = loader(need)
    return load(rows) if load else {}


def _own_accounts(ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """The account on the own platform by which its people know the KOL: the first of several."""
    rows = Account.objects.filter(kol__in=ids, platform=Platform.OWN).order_by("-pk")
    return {
        kol: (number, handle) for kol, number, handle in rows.values_list("kol_id", "external_id", "handle")
    }


def _contacts(ids: Sequence[UUID], user: User, *, in_clear: bool) -> Contacts:
    """Living contact points by file and channel; a guardian's is not the KOL's, and stays on the file."""
    points = ContactPoint.objects.filter(kol__in=ids, dead_since=None, guardian=False)
    found: Contacts = {}
    ordered = points.order_by("-preferred", "position", "id")
    if in_clear:
        clear = _in_clear(points, ids, user)
        for pk, kol, channel, masked in ordered.values_list("id", "kol_id", "channel", "masked"):
            found.setdefault(kol, {}).setdefault(channel, []).append(clear.get(pk, masked))
        return found
    for kol, channel, masked in ordered.values_list("kol_id", "channel", "masked"):
        found.setdefault(kol, {}).setdefault(channel, []).append(masked)
    return found


def contact_cells(ids: Sequence[UUID], user: User) -> list[list[CellValue]]:
    """The contact columns alone, in clear where ``user`` may edit the file, in the order of the ids."""
    found = _contacts(ids, user, in_clear=True)
    reading = Reading(date.min)  # no cell of them hangs on the day
    return [
        [column.kind.value({"contacts": found.get(pk, NONE)}, reading) for column in CONTACTS] for pk in ids
    ]


def _in_clear(points: QuerySet[ContactPoint], ids: Sequence[UUID], user: User) -> dict[UUID, str]:
    own = list(Kol.objects.visible_to(user, EDIT).filter(pk__in=ids).values_list("pk", flat=True))
    shown = list(points.filter(kol__in=own))
    return dict(zip((point.pk for point in shown), contact_verbs.values_of(shown), strict=True))
