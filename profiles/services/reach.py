"""What an importer may fill of the files that a table's rows stand for (DOMAIN 2.1, 2.2, 3.14)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kol_crm.core.actor import Actor
from kol_crm.core.said import said as _
from profiles.models import Import, ImportRow, Kol, Outcome
from profiles.models.querysets import CLAIM, EDIT, TRASH, VIEW


@dataclass(frozen=True)
class Rights:
    """Files that the actor sees, and those that may be filled: own ones and those that nobody owns."""

    seen: set[Any]
    open: set[Any]


def rights(actor: Actor, kols: Iterable[Any]) -> Rights:
    if actor.user is None:
        return Rights(set(kols), set(kols))
    files = Kol.objects.filter(pk__in=list(kols))

    def may(*actions: str) -> set[Any]:
        rows = (files.visible_to(actor.user, action).values_list("pk", flat=True) for action in actions)
        return {pk for found in rows for pk in found}

    return Rights(seen=may(VIEW, TRASH), open=may(EDIT, CLAIM))


def undone(actor: Actor, kols: Mapping[Any, Kol]) -> set[Any]:
    """Files in the trash that the undo of an import, which the actor sees, put there: they may come back."""
    archived = [kol.pk for kol in kols.values() if kol.archived_at is not None and not kol.trash_over]
    if not archived:
        return set()
    imports = Import.objects.all() if actor.user is None else Import.objects.visible_to(actor.user)
    rows = ImportRow.objects.filter(
        kol__in=archived, outcome=Outcome.CREATED, undo=ImportRow.Undo.TAKEN_BACK, imported__in=imports
    )
    return set(rows.values_list("kol", flat=True))


def refusal(kol: Kol, rights: Rights) -> str:
    """Why these rows are not taken in (DOMAIN 2.1, 2.2); empty where they are."""
    if kol.pk not in rights.seen:
        return _("already on file with team %(team)s, ask %(owner)s") % {
            "team": kol.team,
            "owner": kol.owner or _("its manager"),
        }
    if kol.archived_at is not None:
        return _("its file is in the trash: restore it first")
    if kol.pk not in rights.open:
        return _("its file belongs to %(owner)s") % {"owner": kol.owner}
    return ""
