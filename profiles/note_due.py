"""What notes offer for Today: promises, requests, needs, important dates, life events (DOMAIN 3.9, 8.1)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.addresses import address_of
from kol_crm.core.due import DueRow, DueSource, narrowed
from kol_crm.core.extension import ExtensionPoint
from profiles import note_words
from profiles.models import ImportantDate, LifeEvent, Need, Promise, Request
from profiles.models.querysets import ON_TODAY

# Rows of a kind for which another row stands on Today meanwhile: each leaves out its own.
elsewhere: ExtensionPoint[Callable[[QuerySet], QuerySet]] = ExtensionPoint("notes that stand elsewhere")
LONGEST_WHY = 90
# Whose notes they are is found out first, from indexes alone. Without the limit PostgreSQL would go through
# the notes of everybody, the soonest first, until fifty of them are this user's: 30 ms at a million files.
EVERY_ONE = 1_000_000


@dataclass(frozen=True)
class Offer:
    """One kind of note on Today: its open rows of a user, the day it is due, why, and what finishes it.

    ``step`` is posted by the row's button; empty, the button opens the detail, where there is to write.
    """

    kind: str
    icon: str
    label: Any
    rows: Callable[[Any], QuerySet]
    column: str
    why: Callable[[Any], str]
    action: Any
    step: str = ""

    def waiting(self, user, until: date, without: Collection[str] = ()) -> QuerySet:
        due = self.rows(user).filter(**{f"{self.column}__lte": until})
        without_those = elsewhere.get(self.kind)
        due = without_those(due) if without_those else due
        return narrowed(due, without)

    def ordered(self, rows: QuerySet, day: date) -> QuerySet:
        """Soonest first; of promises what we owe and are late with before all others."""
        if self.kind == "promise":
            return rows.ours_overdue_first(day)
        return rows.order_by(self.column, "id")

    def load(self, user, day: date, until: date, limit: int, without: Collection[str] = ()) -> list[DueRow]:
        waiting = self.waiting(user, until, without)
        notes = waiting.model._default_manager.filter(pk__in=waiting.order_by().values("pk")[:EVERY_ONE])
        due = self.ordered(notes, day).select_related("kol")
        own = (column.name for column in due.model._meta.concrete_fields)
        rows = due.only(*own, *(f"kol__{column}" for column in ON_TODAY))[:limit]
        return [self._row(note, day) for note in rows]

    def _row(self, note, day: date) -> DueRow:
        at = {"argument": "note", "kind": self.kind}
        return DueRow(
            key=f"{self.kind}:{note.pk}",
            kind=self.kind,
            icon=self.icon,
            kind_label=self.label,
            subject=note.kol,
            why=Truncator(self.why(note)).chars(LONGEST_WHY),
            due=getattr(note, self.column),
            action=self.action,
            detail_url=address_of("profiles:note-detail", note.pk, **at),
            action_url=address_of("profiles:note-step", note.pk, **at, step=self.step) if self.step else "",
            first=isinstance(note, Promise) and note.is_overdue_of_ours(day),
        )

    @property
    def source(self) -> DueSource:
        owed_first = self.kind == "promise"
        return DueSource(label=self.label, rows=self.load, waiting=self.waiting, has_firsts=owed_first)


def _promise_why(promise: Promise) -> str:
    if promise.by == Promise.By.US:
        return _("We promised: %(what)s") % {"what": promise.what}
    return _("They promised: %(what)s") % {"what": promise.what}


def _need_why(need: Need) -> str:
    return _("Open need, %(kind)s: %(what)s") % {"kind": need.get_kind_display(), "what": need.what}


def _event_why(event: LifeEvent) -> str:
    words = _("%(what)s, %(day)s") % {"what": event.what, "day": note_words.when(event)}
    if not event.gift_idea:
        return words
    return _("%(event)s; gift idea: %(idea)s") % {"event": words, "idea": event.gift_idea}


PROMISES = Offer(
    "promise",
    "handshake",
    gettext_lazy("Promises"),
    lambda user: Promise.objects.due_for(user).open(),
    "due_on",
    _promise_why,
    gettext_lazy("Kept"),
    "kept",
)
REQUESTS = Offer(
    "request",
    "message-circle-question-mark",
    gettext_lazy("Requests"),
    lambda user: Request.objects.due_for(user).open(),
    "due_on",
    lambda request: _("They ask: %(what)s") % {"what": request.what},
    gettext_lazy("Answer"),
)
NEEDS = Offer(
    "need",
    "hand-helping",
    gettext_lazy("Needs"),
    lambda user: Need.objects.due_for(user).open(),
    "due_on",
    _need_why,
    gettext_lazy("Met"),
    "met",
)
DATES = Offer(
    "date",
    "calendar-heart",
    gettext_lazy("Important dates"),
    lambda user: ImportantDate.objects.due_for(user, quiet=False).awaited(),
    "next_on",
    lambda row: _("%(what)s, %(day)s") % {"what": row.what, "day": note_words.when(row)},
    gettext_lazy("Attended to"),
    "attended",
)
EVENTS = Offer(
    "event",
    "baby",
    gettext_lazy("Life events"),
    lambda user: LifeEvent.objects.due_for(user, quiet=False).open(),
    "next_on",
    _event_why,
    gettext_lazy("Attended to"),
    "attended",
)
OFFERS = (PROMISES, REQUESTS, NEEDS, DATES, EVENTS)
