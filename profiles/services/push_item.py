"""What a client pushes of one file, as it was read, and what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from profiles.models import Field, Kol

CREATED, UPDATED, UNCHANGED, CONFLICT, REJECTED = "created", "updated", "unchanged", "conflict", "rejected"
STATUSES = (CREATED, UPDATED, UNCHANGED, CONFLICT, REJECTED)
REFUSED = frozenset({CONFLICT, REJECTED})
Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Sent:
    """An item as it came. ``digest``: of all of it, keyed, to know it again. ``kol``: the file meant."""

    raw: Any
    external_id: str
    digest: str
    version: int | None = None
    kol: UUID | None = None
    insists: bool = False
    errors: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass
class Item:
    """Its facts as the verbs take them; None of a list: it was not sent. ``strength`` None: as it stands."""

    facts: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    contacts: list[dict[str, Any]] | None = None
    accounts: list[dict[str, Any]] | None = None
    fields: list[tuple[Field, int | None]] | None = None
    tags: list[str] | None = None
    errors: Errors = field(default_factory=dict)


@dataclass
class Taken:
    """What became of an item. ``details``: twins, and a no of earlier, as the reader may know."""

    status: str
    kol: UUID | None = None
    version: int | None = None
    code: str = ""
    errors: Errors = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


Read = Callable[[Sequence[Sent]], list[Item]]


@dataclass
class Case:
    """An item on its way in. ``changed``: which facts differ from what stands, old and new."""

    place: int
    sent: Sent
    item: Item
    kol: Kol | None = None
    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    taken: Taken | None = None
    slow: bool = False  # the set forms cannot say it: it goes through the single verbs
    links: bool = False  # the file stands, the id is new to it
    rows: dict[str, Any] = field(default_factory=dict)  # what the writing found out on its way

    def refuse(self, status: str, code: str, errors: Errors | None = None, **details: Any) -> None:
        kol = self.kol.pk if self.kol else None
        version = self.kol.version if self.kol else None
        self.taken = Taken(status, kol, version, code, errors or {}, details)
