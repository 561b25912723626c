"""Moves and reviews in the story of a file (UI, screen 3)."""

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from lifecycle.models import Move, Review
from profiles.models import Kol, Stage
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
            note=move.get_cause_display() if move.cause else _gate(move.gate),
            body=move.why,
            who=move.user,
        )
        for move in older(rows, before, limit)
    ]


def _gate(checks: list) -> str:
    """How many of the gate's checks held that day."""
    passed = sum(check.get("passed") is True for check in checks)
    return _("gate %(passed)d of %(all)d") % {"passed": passed, "all": len(checks)} if checks else ""


def _count_moves(kol: Kol) -> int:
    return Move.objects.filter(kol=kol).standing().count()


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


def _count_reviews(kol: Kol) -> int:
    return Review.objects.filter(kol=kol, done_at__isnull=False).count()


MOVES = TimelineSource(gettext_lazy("Moves"), _moves, _count_moves)
REVIEWS = TimelineSource(gettext_lazy("Reviews"), _reviews, _count_reviews)
