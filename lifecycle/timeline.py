"""Moves and reviews in the story of a file (UI, screen 3)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle.models import Move, Review
from profiles.models import Kol, Stage
from profiles.services.follow import Act
from profiles.timeline import Entry, Place, TimelineSource, older


def _moves(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    rows = Move.objects.filter(kol=kol).standing().select_related("user")
    return [
        Entry(
            at=move.at,
            id=move.pk,
            kind="move",
            icon="arrow-right-left",
            title=_("%(before)s → %(after)s")
            % {"before": Stage(move.from_stage).label, "after": Stage(move.to_stage).label},
            note=_departed(move) if move.cause else _gate(move.gate),
            body="\n".join(text for text in (move.why, move.goodbye) if text),
            who=move.user,
        )
        for move in older(rows, before, limit)
    ]


def _departed(move: Move) -> str:
    """Its cause; who left from introduction was not won (DOMAIN 5.1)."""
    cause = str(move.get_cause_display())
    return _("not won: %(cause)s") % {"cause": cause} if move.not_won else cause


def _gate(checks: list) -> str:
    """How many of the gate's checks held that day."""
    passed = sum(check.get("passed") is True for check in checks)
    return _("gate %(passed)d of %(all)d") % {"passed": passed, "all": len(checks)} if checks else ""


def _told_moves(kol: Kol) -> list[QuerySet]:
    return [Move.objects.filter(kol=kol).standing()]


def _reviews(kol: Kol, before: Place | None, limit: int) -> list[Entry]:
    rows = Review.objects.filter(kol=kol, done_at__isnull=False).annotate(at=F("done_at"))
    return [
        Entry(
            at=review.done_at,
            id=review.pk,
            kind="review",
            icon="clipboard-check",
            title=_("Review"),
            note=f"{review.get_decision_display()} · {_due(review)}",
            body=review.note,
            who=review.user,
        )
        for review in older(rows.select_related("user"), before, limit)
    ]


def _due(review: Review) -> str:
    day = wording.day_words(review.due_on, "plain", review.done_at.date(), wording.babel_locale())
    return _("was due %(day)s") % {"day": day}


def _told_reviews(kol: Kol) -> list[QuerySet]:
    return [Review.objects.filter(kol=kol, done_at__isnull=False)]


MOVES = TimelineSource(gettext_lazy("Moves"), _moves, _told_moves)
REVIEWS = TimelineSource(gettext_lazy("Reviews"), _reviews, _told_reviews)


def acts(since: datetime, kols: Collection[UUID]) -> Iterable[Act]:
    """The moves that followers of these files are told."""
    rows = Move.objects.standing().filter(kol__in=kols, at__gte=since)
    for kol, at, key, user in rows.values_list("kol", "at", "pk", "user"):
        yield Act(kol, at, "move", key, user)
