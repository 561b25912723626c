"""Facts that webhooks tell beside what the history holds: touches, moves, figures (append-only rows).

Each app says which of its tables hold them and what a row says. A trigger notes each row in the transaction
that writes it, with whether a REST client did (``webhook_trigger``); ``plan`` makes deliveries of what was
noted. What a message says is read from the row when it goes.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Dirty, User, Webhook

BY_API = " api"  # at the end of a note: a REST client wrote it
AT_ONCE = 200


@dataclass(frozen=True)
class Told:
    """One message: of which file, by whom, and the attributes that changed, each before and after."""

    event: str
    row: UUID
    root: UUID
    user: User | None
    at: datetime
    changes: Mapping[str, tuple[Any, Any]]
    beside: Mapping[str, Any] = field(default_factory=dict)  # what else the fact says
    rows: frozenset[UUID] = frozenset()  # that it tells of; none: the one

    @property
    def told_rows(self) -> frozenset[UUID]:
        return self.rows or frozenset({self.row})


@dataclass(frozen=True)
class Fact:
    """``read(rows)``: the messages about these rows of ``table``; together those of one row and its like."""

    table: str
    events: tuple[str, ...]
    read: Callable[[Collection[UUID]], list[Told]]

    @property
    def note(self) -> str:
        return f"webhook {self.table}"


facts: ExtensionPoint[Fact] = ExtensionPoint("webhook facts")


def events() -> list[str]:
    return [event for fact in facts for event in fact.events]


def of_event(event: str) -> Fact | None:
    return next((fact for fact in facts if event in fact.events), None)


def noted(after: UUID | None) -> list[tuple[UUID, str]]:
    """Row and note of the next few hundred."""
    notes = [note for fact in facts for note in (fact.note, fact.note + BY_API)]
    rows = Dirty.objects.filter(planner__in=notes).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    return list(rows.values_list("pk", "planner")[:AT_ONCE])


def read(rows: Collection[tuple[UUID, str]]) -> tuple[list[Told], frozenset[UUID]]:
    """The messages about these rows, and all rows that they tell of: one tells of its like too."""
    told = [
        one
        for fact in facts
        if (mine := [pk for pk, note in rows if note.removesuffix(BY_API) == fact.note])
        for one in fact.read(mine)
    ]
    return told, frozenset(pk for pk, _note in rows).union(*(one.told_rows for one in told))


def wants(webhook: Webhook, told: Told, *, by_api: bool) -> bool:
    """Whether this address is to be told, as ``webhooks.wants`` says of changes."""
    if webhook.skip_own and by_api and told.user is not None and told.user.pk == webhook.user_id:
        return False
    if webhook.events and not {told.event, f"{told.event.partition('.')[0]}.*"} & set(webhook.events):
        return False
    return not webhook.fields or bool(set(webhook.fields) & set(told.changes))


def data_of(event: str, row: UUID, root: UUID | None) -> dict[str, Any]:
    """What a message says of the file that its reader was found to see; empty where the row is gone.

    What the row hangs on now may be another's: an account is passed on.
    """
    fact = of_event(event)
    told = next(iter(fact.read([row])), None) if fact else None
    if told is None:
        return {}
    return {
        "file": root,
        "id": told.row,
        "at": told.at.isoformat(),
        "by": told.user.username if told.user else None,
        **told.beside,
        "changes": {name: {"before": one[0], "after": one[1]} for name, one in told.changes.items()},
    }
