"""KOLs of a given stage, as they would stand after the moves that led there."""

from datetime import date, timedelta

from lifecycle.models import Move, Review, Stay
from profiles.models import Kol, Stage
from profiles.services import kol as kol_verbs
from tests.factories import NOW, make_kol


def at_stage(kol: Kol, stage: str, *, since: date, review_due: date | None = None) -> Kol:
    """The file has stood in this stage since that day; a departed one departed by a move."""
    move = None
    if stage == Stage.DEPARTED:
        move = Move.objects.create(
            kol=kol,
            from_stage=Stage.LATE,
            to_stage=stage,
            at=NOW - timedelta(days=60),
            cause="inactive",
            look_again_on=NOW.date() + timedelta(days=30),
        )
        review_due = None
    Stay.objects.filter(kol=kol, until=None).update(stage=stage, since=since, entered_by=move)
    reviews = Review.objects.filter(kol=kol, done_at=None)
    if stage == Stage.DEPARTED:
        reviews.delete()
    elif review_due:
        reviews.update(due_on=review_due)
    else:
        review_due = kol.review_due
    kol_verbs.set_figures(kol.pk, stage=stage, stage_since=since, review_due=review_due)
    kol.refresh_from_db()
    return kol


def make_kol_at(
    owner, stage: str, name="苏晚晴", *, since=date(2026, 9, 30), review_due=None, **values
) -> Kol:
    return at_stage(make_kol(owner, name, **values), stage, since=since, review_due=review_due)
