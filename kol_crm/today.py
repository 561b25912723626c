"""Today: one list of all that is due for me, put together from what each app offers (DOMAIN 8.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import merge
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core import due, snooze
from kol_crm.core.due import DueRow

WEEK = timedelta(days=7)
SHOWN, MOST_SHOWN = 50, 500
CAP = 1000
GROUPS = (("late", _("Overdue")), ("today", pgettext_lazy("due", "Today")), ("soon", _("Next 7 days")))


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

    def place_of(self, key: str) -> int | None:
        """The place of a row among those shown, from 0."""
        return next((place for place, row in enumerate(self.rows) if row.key == key), None)


def load(user, day: date, kind: str = "", shown: int = SHOWN) -> Queue:
    """The queue of ``user`` on their ``day``: all kinds, or one; in a fixed number of queries."""
    until = day + WEEK
    hidden = _hidden_ids(user, day)
    found, chips = [], []
    for name, source in due.sources.items():
        rows = source.rows(user, day, until, shown + 1, hidden.get(name, ()))
        count = len(rows) if len(rows) <= shown else source.count(user, until, CAP + 1, hidden.get(name, ()))
        chips.append(Chip(name, source.label, count))
        if kind in ("", name):
            found.append(rows)
    rows = list(merge(*found, key=lambda row: row.due))
    upcoming = None if rows else _next(user, day, kind, hidden)
    groups = list(_groups(rows[:shown], day, more=len(rows) > shown))
    return Queue(day, kind, rows[:shown], chips, upcoming, groups)


def count_for(user, request) -> int:
    """The number in the rail: how much is due, counted to ``CAP`` and one more; once per request."""
    if not hasattr(request, "due_count"):
        day = timezone.localdate()
        hidden = _hidden_ids(user, day)
        request.due_count = sum(
            source.count(user, day + WEEK, CAP + 1, hidden.get(name, ()))
            for name, source in due.sources.items()
        )
    return request.due_count


def is_kind(name: str) -> bool:
    return due.sources.get(name) is not None


def _hidden_ids(user, day: date) -> dict[str, list[str]]:
    """Per kind the ids of the rows that the user has put off."""
    hidden: dict[str, list[str]] = {}
    for key in snooze.hidden(user, day):
        name, _colon, row_id = key.partition(":")
        hidden.setdefault(name, []).append(row_id)
    return hidden


def _next(user, day: date, kind: str, hidden: dict[str, list[str]]) -> DueRow | None:
    """What comes first after the week, for the empty page."""
    firsts = [
        row
        for name, source in due.sources.items()
        if kind in ("", name)
        for row in source.rows(user, day, date.max, 1, hidden.get(name, ()))
    ]
    return min(firsts, key=lambda row: row.due, default=None)


def _groups(rows: list[DueRow], day: date, *, more: bool) -> Iterator[Group]:
    for tone, label in GROUPS:
        members = [row for row in rows if _tone(row.due, day) == tone]
        if members:
            yield Group(tone, label, members, more=more and members[-1] is rows[-1])


def _tone(due_on: date, day: date) -> str:
    return "late" if due_on < day else "today" if due_on == day else "soon"
