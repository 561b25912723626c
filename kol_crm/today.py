"""Today: one list of all that is due for me, put together from what each app offers (DOMAIN 8.1)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm import today_hands
from kol_crm import today_statements as statements
from kol_crm.core import due, snooze, waiting, wording
from kol_crm.core.due import DueRow
from kol_crm.today_hands import Part
from kol_crm.today_statements import CAP, WEEK

SHOWN, MOST_SHOWN = 50, 500
ON_THE_BAR = 3
GROUPS = (("late", _("Overdue")), ("today", pgettext_lazy("due", "Today")), ("later", _("Next 7 days")))


@dataclass(frozen=True)
class Chip:
    """A kind of row and how many are due, counted to ``CAP`` and one more."""

    kind: str
    label: Any
    count: int


@dataclass(frozen=True)
class Group:
    """Rows of one span of days; ``more``: not all of them are shown."""

    tone: str
    label: Any
    rows: list[DueRow]
    more: bool = False

    @property
    def has_firsts(self) -> bool:
        """Whether some of its rows stand before sooner ones."""
        return any(row.first for row in self.rows)


@dataclass(frozen=True)
class Queue:
    """What is due for one user up to a week ahead, soonest first, and how much of it is shown."""

    day: date
    kind: str
    rows: list[DueRow]
    chips: list[Chip]
    next: DueRow | None = None
    groups: list[Group] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Of all kinds."""
        return sum(chip.count for chip in self.chips)

    @property
    def matching(self) -> int:
        """Of the kind asked for."""
        return sum(chip.count for chip in self.chips if self.kind in ("", chip.kind))

    @property
    def bar(self) -> list[Chip]:
        """Kinds that stand in the open, on one line: of those that are due the first, and the one chosen."""
        due_ones = [chip for chip in self.chips if chip.count]
        shown = due_ones[:ON_THE_BAR]
        if self.kind and not any(chip.kind == self.kind for chip in shown):
            shown[ON_THE_BAR - 1 :] = [chip for chip in self.chips if chip.kind == self.kind]
        return shown

    @property
    def other_chips(self) -> list[Chip]:
        """The rest, behind More."""
        return [chip for chip in self.chips if chip not in self.bar]

    def place_of(self, key: str) -> int | None:
        """The place of a row among those shown, from 0."""
        return next((place for place, row in enumerate(self.rows) if row.key == key), None)


def load(
    user, day: date, kind: str = "", shown: int = SHOWN, put_off: Collection[str] | None = None
) -> Queue:
    """The queue of ``user`` on their ``day``: all kinds, or one; a query for each kind that is due.

    ``put_off``: keys that the user put off, where one knows them already.
    """
    hidden = _hidden_ids(snooze.hidden(user, day) if put_off is None else put_off)
    chips = []
    parts = today_hands.parts_of(user)
    counts = due.counted_by_kind(statements.of(statements.chips, user, day, hidden, parts))
    for name, source in due.sources.items():
        chips.append(Chip(name, source.label, min(counts[name], CAP + 1)))
    wanted = [chip for chip in chips if chip.count and kind in ("", chip.kind)]
    rows = _soonest(wanted, parts, user, day, shown + 1, hidden)
    upcoming = None if rows else _next(parts, user, day, kind, hidden)
    groups = list(_groups(rows[:shown], day, more=len(rows) > shown))
    return Queue(day, kind, rows[:shown], chips, upcoming, groups)


def count_for(user, request) -> int:
    """The number in the rail: how much is due, counted to ``CAP`` and one more; once per request."""
    if not hasattr(request, "due_count"):
        day = timezone.localdate()
        parts = today_hands.parts_of(user)
        everything = statements.of(statements.rail, user, day, {}, parts)
        told = waiting.of(request, day, everything)
        if told.put_off or told.due is None:
            hidden = _hidden_ids(told.put_off)
            request.due_count = due.counted(statements.of(statements.rail, user, day, hidden, parts))
        else:
            request.due_count = told.due
    return request.due_count


def find(user, day: date, key: str) -> tuple[DueRow, Part] | None:
    """The row ``key`` of the queue of ``user``, put off or not, and through whom it stands there."""
    kind, _colon, row_id = key.partition(":")
    source = due.sources.get(kind)
    for part in today_hands.parts_of(user) if source else ():
        wanted = part.narrowed(kind, (), row_id)
        for row in source.rows(part.holder, day, date.max, 1, wanted) if wanted is not None else ():
            if row.key == key:
                return part.marked(row, user), part
    return None


def _rows(kind: str, parts: list[Part], user, day: date, until: date, limit: int, hidden) -> Iterator[DueRow]:
    """One kind of row of all whose queue this is; those of others say whose they are."""
    source = due.sources.get(kind)

    def of(part: Part) -> Iterator[DueRow]:
        wanted = part.narrowed(kind, hidden)
        rows = () if source is None or wanted is None else source.rows(part.holder, day, until, limit, wanted)
        return (part.marked(row, user) for row in rows)

    return islice(merge(*(of(part) for part in parts), key=_place), limit)


def _soonest(
    chips: Collection[Chip], parts: list[Part], user, day: date, limit: int, hidden: dict[str, list[str]]
) -> list[DueRow]:
    """The first rows of these kinds; of one day in the order of the kinds.

    The kind of most rows is asked first: of the others only what is due as soon can stand among them, so that
    fifty rows are made for a page of fifty, and not fifty of each kind.
    """
    rank = {chip.kind: place for place, chip in enumerate(chips)}
    with_firsts = {name for name, source in due.sources.items() if source.has_firsts}

    def place(row: DueRow) -> tuple[bool, date, int]:
        return *_place(row), rank[row.kind]

    rows: list[DueRow] = []
    for chip in sorted(chips, key=lambda one: -one.count):
        until = day + WEEK
        if len(rows) == limit and chip.kind not in with_firsts:
            if rows[-1].first:
                continue
            until = min(until, rows[-1].due)
        found = _rows(chip.kind, parts, user, day, until, limit, hidden.get(chip.kind, ()))
        rows = list(islice(merge(rows, found, key=place), limit))
    return rows


def _place(row: DueRow) -> tuple[bool, date]:
    """Where a row stands among others."""
    return not row.first, row.due


def is_kind(name: str) -> bool:
    return due.sources.get(name) is not None


def is_key(key: str) -> bool:
    """Whether a row can have it: a known kind and what is an id there."""
    kind, _colon, row_id = key.partition(":")
    source = due.sources.get(kind)
    return source is not None and bool(source.is_id(row_id))


def _hidden_ids(put_off: Collection[str]) -> dict[str, list[str]]:
    """Per kind the ids of the rows that the user has put off."""
    hidden: dict[str, list[str]] = {}
    for key in put_off:
        name, _colon, row_id = key.partition(":")
        hidden.setdefault(name, []).append(row_id)
    return hidden


def _next(parts, user, day: date, kind: str, hidden: dict[str, list[str]]) -> DueRow | None:
    """What comes first after the week, for the empty page."""
    firsts = [
        row
        for name, _source in due.sources.items()
        if kind in ("", name)
        for row in _rows(name, parts, user, day, date.max, 1, hidden.get(name, ()))
    ]
    return min(firsts, key=lambda row: row.due, default=None)


def _groups(rows: list[DueRow], day: date, *, more: bool) -> Iterator[Group]:
    for tone, label in GROUPS:
        members = [row for row in rows if wording.due_tone(row.due, day) == tone]
        if members:
            yield Group(tone, label, members, more=more and members[-1] is rows[-1])
