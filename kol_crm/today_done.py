"""What a user finished today, told from the facts themselves and not from clicks (DOMAIN 8.1).

Each kind names the column whose change finishes a row. What was opened again since is not finished any more,
and a touch that was taken back is none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives.models import Deliverable, Greeting
from kol_crm.core.models import Change, User
from lifecycle.models import (
    CoachingSession,
    Conflict,
    Review,
    Sighting,
    Task,
    Violation,
)
from profiles.models import ImportantDate, Kol, LifeEvent, Need, Promise, Request, Touch

MOST = 500
UNDO_FOR = timedelta(minutes=10)  # of what can be taken back in so long only


@dataclass(frozen=True)
class Finish:
    """Rows of ``model`` are finished where ``column`` comes to hold something (a state: one of ``states``).

    ``undo(row)`` is what a click posts to in order to take it back; empty where the kind has no way back.
    """

    kind: str
    label: Any
    icon: str
    model: Any
    column: str
    states: frozenset[str] = frozenset()
    undo: Callable[[Any], str] = lambda _row: ""
    words: Callable[[Any], str] = str

    def holds(self, value: Any) -> bool:
        return value in self.states if self.states else value is not None


@dataclass(frozen=True)
class Done:
    """One thing that was finished."""

    kind: str
    label: Any
    icon: str
    subject: Any
    words: str
    at: datetime
    undo_url: str


def _note_undo(kind: str) -> Callable[[Any], str]:
    return lambda row: reverse("profiles:note-step", args=[kind, row.pk, "reopen"])


def _recall(greeting: Greeting) -> str:
    """Mail that is on its way still."""
    if greeting.state != Greeting.State.QUEUED:
        return ""
    return reverse("incentives:greeting-call-back", args=[greeting.pk])


def _sent(greeting: Greeting) -> str:
    return f"{greeting.get_occasion_display()} · {greeting.get_state_display()}"


SETTLED = frozenset({"kept", "broken", "met", "declined"})
FINISHES = (
    Finish("promise", gettext_lazy("Promise"), "handshake", Promise, "state", SETTLED, _note_undo("promise")),
    Finish(
        "request",
        gettext_lazy("Request"),
        "message-circle-question-mark",
        Request,
        "answered_at",
        undo=_note_undo("request"),
    ),
    Finish("need", gettext_lazy("Need"), "hand-helping", Need, "state", SETTLED, _note_undo("need")),
    Finish(
        "date",
        gettext_lazy("Important date"),
        "calendar-heart",
        ImportantDate,
        "seen_for",
        undo=_note_undo("date"),
    ),
    Finish("event", gettext_lazy("Life event"), "baby", LifeEvent, "closed_at", undo=_note_undo("event")),
    Finish(
        "task",
        gettext_lazy("Task"),
        "square-check-big",
        Task,
        "done_at",
        undo=lambda row: reverse("lifecycle:task-reopen", args=[row.pk]),
    ),
    Finish(
        "greeting",
        gettext_lazy("Greeting"),
        "cake",
        Greeting,
        "state",
        frozenset({"queued", "sent", "by_hand", "skipped"}),
        _recall,
        _sent,
    ),
    Finish(
        "review",
        gettext_lazy("Review"),
        "clipboard-check",
        Review,
        "decision",
        frozenset(Review.Decision.values),
        words=lambda row: row.get_decision_display(),
    ),
    Finish(
        "conflict",
        gettext_lazy("Conflict"),
        "swords",
        Conflict,
        "closed_at",
        undo=lambda row: reverse("lifecycle:conflict-reopen", args=[row.pk]),
    ),
    Finish(
        "violation",
        gettext_lazy("Violation"),
        "gavel",
        Violation,
        "decided_at",
        words=lambda row: row.what,
    ),
    Finish(
        "sighting",
        gettext_lazy("Sighting of breach"),
        "scan-eye",
        Sighting,
        "decided_at",
        words=lambda row: row.what,
    ),
    Finish("coaching", gettext_lazy("Coaching"), "graduation-cap", CoachingSession, "held_at"),
    Finish(
        "homework",
        gettext_lazy("Homework"),
        "notebook-pen",
        CoachingSession,
        "homework_done_at",
        words=lambda row: row.homework,
    ),
    Finish("deliverable", gettext_lazy("Deliverable"), "package-check", Deliverable, "done_on"),
)


def of(user: User, since: datetime) -> list[Done]:
    """What ``user`` finished since then and what still is, newest first: a query for each kind of it."""
    acts = [*_changed(user, since), *_touched(user, since)]
    return sorted(acts, key=lambda act: act.at, reverse=True)[:MOST]


def since_midnight() -> datetime:
    """When the user's day began."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _changed(user: User, since: datetime) -> list[Done]:
    asked = Q(pk__in=())
    for finish in FINISHES:
        asked |= Q(model=finish.model._meta.label_lower, field=finish.column)
    changes = Change.objects.filter(asked, change_set__user=user, change_set__at__gte=since)
    latest = {(one.model, one.field, one.row): one for one in changes.order_by("at", "id")[: 4 * MOST]}
    found = []
    for finish in FINISHES:
        ours = {
            one.row: one.at
            for one in latest.values()
            if (one.model, one.field) == (finish.model._meta.label_lower, finish.column)
            and finish.holds(one.after)
        }
        found += _standing(finish, ours, user) if ours else []
    return found


def _standing(finish: Finish, ours: dict[Any, datetime], user: User) -> list[Done]:
    """Of these rows those that are finished still, and about files that the user sees still."""
    path = "participant__kol" if finish.model is Deliverable else "kol"
    rows = finish.model._default_manager.filter(pk__in=ours).select_related(path)
    seen = Q(**{f"{path}__in": Kol.objects.visible_to(user)})
    rows = rows.filter(seen | Q(kol=None) if finish.model is Task else seen)
    return [
        Done(
            finish.kind,
            finish.label,
            finish.icon,
            (row.participant if finish.model is Deliverable else row).kol,
            str(finish.words(row)),
            ours[row.pk],
            finish.undo(row),
        )
        for row in rows
        if finish.holds(getattr(row, finish.column))
    ]


def _touched(user: User, since: datetime) -> list[Done]:
    rows = Touch.objects.standing().filter(user=user, written_at__gte=since)
    rows = rows.filter(kol__in=Kol.objects.visible_to(user)).select_related("kol")
    young = timezone.now() - UNDO_FOR
    return [
        Done(
            "touch",
            _("Touch"),
            "message-circle",
            row.kol,
            row.text or row.get_channel_display(),
            row.written_at,
            reverse("profiles:touch-take-back", args=[row.kol_id, row.pk]) if row.written_at > young else "",
        )
        for row in rows.order_by("-written_at")[:MOST]
    ]
