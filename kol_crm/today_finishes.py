"""What counts as finished, kind by kind: the column whose change ends a row, and what takes it back (8.1).

A kind that a person finishes by writing a fact of its own instead (a touch, a figure) is in ``today_facts``.
"""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from incentives import gift_ground
from incentives.models import Deliverable, Gift, Greeting, IncentivePlan, Strategy
from kol_crm.today_finish import Finish
from lifecycle.models import (
    AccessGrant,
    Adjustment,
    Booking,
    Candidate,
    CoachingSession,
    Conflict,
    Exclusivity,
    HandedFile,
    Outreach,
    Persona,
    PlatformRole,
    PlatformUser,
    Programme,
    Review,
    Sighting,
    Stay,
    Stop,
    Task,
    Violation,
)
from profiles.models import ImportantDate, LifeEvent, Need, Promise, Request


def _to(name: str) -> Callable[[Any], str]:
    return lambda row: reverse(name, args=[row.pk])


def _note(kind: str, icon: str, label: Any, model: Any, column: str, *states: str) -> Finish:
    def undo(row: Any) -> str:
        return reverse("profiles:note-step", args=[kind, row.pk, "reopen"])

    return Finish(kind, label, icon, model, column, frozenset(states), undo)


def _recall(greeting: Greeting) -> str:
    """Mail that is on its way still."""
    if greeting.state != Greeting.State.QUEUED:
        return ""
    return reverse("incentives:greeting-call-back", args=[greeting.pk])


def _sent(greeting: Greeting) -> str:
    return f"{greeting.get_occasion_display()} · {greeting.get_state_display()}"


def _gift(kind: str, label: Any, *states: str) -> Finish:
    def undo(row: Gift) -> str:
        return f"{reverse('incentives:gift-take-back', args=[row.pk])}?from={row.state}"

    def words(row: Gift) -> str:
        return f"{gift_ground.told(row)} · {row.get_state_display()}"

    return Finish(f"gift_{kind}", label, "gift", Gift, "state", frozenset(states), undo, words)


def _session(what: str) -> Callable[[Any], str]:
    return lambda row: f"{reverse('lifecycle:coaching-session-take-back', args=[row.pk])}?undo=1&what={what}"


def _looked_at_later(row: Stay) -> str:
    return _("to look at again on %(day)s") % {"day": row.look_again_on}


SETTLED = ("kept", "broken", "met", "declined")
NOTES = (
    _note("promise", "handshake", gettext_lazy("Promise"), Promise, "state", *SETTLED),
    _note("request", "message-circle-question-mark", gettext_lazy("Request"), Request, "answered_at"),
    _note("need", "hand-helping", gettext_lazy("Need"), Need, "state", *SETTLED),
    _note("date", "calendar-heart", gettext_lazy("Important date"), ImportantDate, "seen_for"),
    _note("event", "baby", gettext_lazy("Life event"), LifeEvent, "closed_at"),
)
INTRODUCTION = (
    Finish(
        "outreach",
        gettext_lazy("Outreach"),
        "send",
        Outreach,
        "state",
        frozenset({"answered", "refused", "unreachable", "stopped"}),
        words=lambda row: row.get_state_display(),
    ),
    Finish(
        "candidate",
        gettext_lazy("Candidate"),
        "sprout",
        Candidate,
        "outcome",
        frozenset(Candidate.Outcome.values),
        words=lambda row: row.get_outcome_display(),
    ),
    Finish(
        "programme",
        gettext_lazy("Programme"),
        "calendar-off",
        Programme,
        "state",
        frozenset({"closed"}),
        file="",
    ),
    Finish(
        "mining",
        gettext_lazy("Own users"),
        "pickaxe",
        PlatformUser,
        "state",
        frozenset({"taken", "rejected"}),
        words=lambda row: f"{row} · {row.get_state_display()}",
        file="",
    ),
    Finish(
        "look_again",
        gettext_lazy("To look at again"),
        "undo-2",
        Stay,
        "look_again_on",
        words=_looked_at_later,
    ),
)
LIFECYCLE = (
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
        "task",
        gettext_lazy("Task"),
        "square-check-big",
        Task,
        "done_at",
        undo=_to("lifecycle:task-reopen"),
        alone=True,
    ),
    Finish(
        "conflict",
        gettext_lazy("Conflict"),
        "swords",
        Conflict,
        "closed_at",
        undo=_to("lifecycle:conflict-reopen"),
    ),
    Finish(
        "violation", gettext_lazy("Violation"), "gavel", Violation, "decided_at", words=lambda row: row.what
    ),
    Finish(
        "sighting",
        gettext_lazy("Sighting of breach"),
        "scan-eye",
        Sighting,
        "decided_at",
        words=lambda row: row.what,
    ),
    Finish(
        "stop",
        gettext_lazy("Stopped KOL"),
        "octagon-x",
        Stop,
        "ended_at",
        words=lambda row: row.get_ending_display(),
    ),
    Finish(
        "exclusivity",
        gettext_lazy("Exclusivity"),
        "handshake",
        Exclusivity,
        "ended_on",
        words=lambda row: row.scope,
    ),
    Finish("platform_role", gettext_lazy("Platform role"), "shield", PlatformRole, "ended_at"),
    Finish(
        "handover",
        gettext_lazy("Handover"),
        "arrow-left-right",
        HandedFile,
        "confirmed_at",
        words=lambda _row: _("confirmed"),
    ),
    Finish(
        "persona",
        gettext_lazy("Persona"),
        "id-card",
        Persona,
        "approved_at",
        words=lambda row: _("version %(number)d is approved") % {"number": row.number},
    ),
    Finish(
        "adjustment",
        gettext_lazy("Persona on trial"),
        "flask-conical",
        Adjustment,
        "decided_at",
        words=lambda row: f"{row.change} · {row.get_state_display()}",
    ),
    Finish(
        "coaching",
        gettext_lazy("Coaching"),
        "graduation-cap",
        CoachingSession,
        "held_at",
        undo=_session("held"),
    ),
    Finish(
        "homework",
        gettext_lazy("Homework"),
        "notebook-pen",
        CoachingSession,
        "homework_done_at",
        undo=_session("homework"),
        words=lambda row: row.homework,
    ),
    Finish(
        "access",
        gettext_lazy("Access ending"),
        "key-round",
        AccessGrant,
        "withdrawn_at",
        undo=_to("lifecycle:access-give-back"),
        words=lambda row: row.what,
    ),
    Finish(
        "resource",
        gettext_lazy("Resource"),
        "megaphone",
        Booking,
        "state",
        frozenset({"used"}),
        undo=_to("lifecycle:booking-unuse"),
        words=lambda row: str(row.slot),
    ),
)
INCENTIVES = (
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
    _gift("idea", pgettext_lazy("done", "Gift"), "chosen", "dropped"),
    _gift("chosen", pgettext_lazy("done", "Gift"), "sent"),
    _gift("sent", pgettext_lazy("done", "Gift"), "received"),
    Finish(
        "deliverable",
        gettext_lazy("Deliverable"),
        "package-check",
        Deliverable,
        "done_on",
        undo=_to("incentives:deliverable-reopen"),
        file="participant__kol",
    ),
    Finish(
        "plan_approval",
        gettext_lazy("To approve"),
        "shield-check",
        IncentivePlan,
        "state",
        frozenset({"approved"}),
        words=lambda row: row.title,
    ),
    Finish(
        "strategy",
        gettext_lazy("Strategy"),
        "compass",
        Strategy,
        "settled_at",
        undo=_to("incentives:strategy-reopen"),
        words=lambda row: row.what,
        alone=True,
    ),
)
FINISHES = (*NOTES, *INTRODUCTION, *LIFECYCLE, *INCENTIVES)
