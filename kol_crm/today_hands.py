"""Whose rows stand on a user's Today: one's own, an absent one's (2.4), and those in one's hand (8.1)."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet

from kol_crm.core import deputies, due, handed
from kol_crm.core.actor import Actor
from kol_crm.core.due import DueRow, Only
from kol_crm.core.models import HandedRow, User
from lifecycle.models import Task
from lifecycle.services import task as tasks
from profiles.models import Kol
from profiles.services import handed_row


@dataclass(frozen=True)
class Part:
    """Rows that by themselves stand in the queue of ``holder``: without those ``away``, or only ``taken``."""

    holder: User
    away: dict[str, list[str]] = field(default_factory=dict)
    taken: dict[str, HandedRow] | None = None

    def narrowed(self, kind: str, hidden: Collection[str], row_id: str = "") -> Collection[str] | None:
        """What a source takes as ``without``; None where no row of this kind can be here.

        ``hidden``: ids that the reader has put off; ``row_id``: the one row that is looked for.
        """
        if self.taken is not None:
            here = {row.row_id for row in self.taken.values() if row.kind == kind}
            wanted = Only((here & {row_id} if row_id else here).difference(hidden))
            return wanted or None
        away = self.away.get(kind, [])
        if row_id:
            return None if row_id in away else Only({row_id})
        return [*hidden, *away]

    def marked(self, row: DueRow, reader: User) -> DueRow:
        """The row, saying through whom it stands here."""
        if self.taken is not None:
            return replace(row, handed=self.taken.get(row.key))
        return row if self.holder == reader else replace(row, stands_in_for=self.holder)


def parts_of(reader: User) -> list[Part]:
    """All that makes up the queue of ``reader``; no query for who has nothing of others or with others."""
    parts = []
    for one in deputies.queue_of(reader):
        parts.append(Part(one, _away(one)))
        by_holder: dict[User, dict[str, HandedRow]] = {}
        for row in _in_sight(one, list(handed.taken(one))):
            by_holder.setdefault(row.holder, {})[row.key] = row
        parts += [Part(holder, taken=rows) for holder, rows in by_holder.items()]
    return parts


def _away(holder: User) -> dict[str, list[str]]:
    """Per kind the ids of the rows that stand with others, who still see them."""
    found: dict[str, list[str]] = {}
    by_receiver: dict[User, list[HandedRow]] = {}
    for row in handed.away(holder):
        by_receiver.setdefault(row.receiver, []).append(row)
    for receiver, rows in by_receiver.items():
        for row in _in_sight(receiver, rows):
            found.setdefault(row.kind, []).append(row.row_id)
    return found


def _in_sight(receiver: User, rows: list[HandedRow]) -> list[HandedRow]:
    """Who sees a file no more has no row of it: it stands with its holder again."""
    if not rows:
        return []
    wanted = {row.subject for row in rows}
    seen = set(Kol.objects.visible_to(receiver).filter(pk__in=wanted).values_list("pk", flat=True))
    return [row for row in rows if row.subject in seen]


def may_hand(row: DueRow) -> bool:
    """Whether a row may stand with another: it is about a file or a task, and not meant for one alone."""
    source = due.sources.get(row.kind)
    return isinstance(row.subject, Kol | Task) and source is not None and not source.personal


def people_for(user: User, row: DueRow) -> QuerySet[User]:
    """To whom ``user`` may hand this row."""
    if isinstance(row.subject, Task):
        return tasks.assignees(user, None).exclude(pk=user.pk)
    return handed_row.receivers(row.subject, user)


def hand(actor: Actor, row: DueRow, holder: User, receiver: User, word: str = "") -> HandedRow | None:
    """Hand it over. None where it goes back to its holder, and for a task about nobody, which becomes theirs.

    Raises ``Refused``, ``ValidationError`` keyed by field.
    """
    if isinstance(row.subject, Task):
        tasks.hand(actor, row.subject, receiver, word)
        return None
    return handed_row.hand(actor, row.key, Kol.objects.get(pk=row.subject.pk), holder, receiver, word)
